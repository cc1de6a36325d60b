-- Takes a record out of the index if it is still the one named. KEYS: meta, digest, bucket. ARGV: epoch, number of the bucket, name, index value.
-- The value stays: it is overwritten when a holder sends the record again.
if redis.call('HGET', KEYS[1], 'epoch') ~= ARGV[1] then return 0 end
if redis.call('HGET', KEYS[3], ARGV[3]) ~= ARGV[4] then return 0 end
redis.call('HDEL', KEYS[3], ARGV[3])
redis.call('HINCRBY', KEYS[1], 'count', -1)
local sum = redis.call('HGET', KEYS[2], ARGV[2])
if redis.call('HLEN', KEYS[3]) == 0 then
  redis.call('HDEL', KEYS[2], ARGV[2])
elseif sum and #sum == 8 then
  local high, low = struct.unpack('>i4i4', sum)
  local h, l = struct.unpack('>i4i4', ARGV[4])
  redis.call('HSET', KEYS[2], ARGV[2], struct.pack('>i4i4', bit.bxor(high, h), bit.bxor(low, l)))
end
return 1
