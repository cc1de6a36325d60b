-- Names and index values of a bucket's records. KEYS: digest, bucket. ARGV: number of the bucket.
-- The digest is set right where it does not fit, as after a key was evicted or deleted by hand; nothing else would ever find that.
local records = redis.call('HGETALL', KEYS[2])
local high, low = 0, 0
for i = 2, #records, 2 do
  if #records[i] == 8 or #records[i] == 24 then
    local h, l = struct.unpack('>i4i4', records[i])
    high, low = bit.bxor(high, h), bit.bxor(low, l)
  end
end
local sum = struct.pack('>i4i4', high, low)
local stored = redis.call('HGET', KEYS[1], ARGV[1])
if #records == 0 then
  if stored then redis.call('HDEL', KEYS[1], ARGV[1]) end
elseif stored ~= sum then
  redis.call('HSET', KEYS[1], ARGV[1], sum)
end
return records
