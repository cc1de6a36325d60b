-- Takes a record out of the index while its value is still the one that does not open. KEYS: meta, digest, bucket, record.
-- ARGV: epoch, number of the bucket, name, owner as the index names it, SHA-1 of the value ('' for none, or one of another form).
-- The value stays: it is overwritten when a holder sends the record again.
if redis.call('HGET', KEYS[1], 'epoch') ~= ARGV[1] then return 0 end
local existing = redis.call('HGET', KEYS[3], ARGV[3])
if not existing or string.sub(existing, 9) ~= ARGV[4] then return 0 end

-- A request may arrive late: whatever was sent since is whole, and stays.
local value = redis.pcall('GET', KEYS[4])
if type(value) ~= 'string' then value = '' end
local length = string.byte(value) or 0
local isOfForm = (length == 8 or length == 24) and #value > length and string.sub(value, 10, 1 + length) == ARGV[4]
if (isOfForm and redis.sha1hex(value) or '') ~= ARGV[5] then return 0 end

redis.call('HDEL', KEYS[3], ARGV[3])
redis.call('HINCRBY', KEYS[1], 'count', -1)
local sum = redis.call('HGET', KEYS[2], ARGV[2])
if redis.call('HLEN', KEYS[3]) == 0 then
  redis.call('HDEL', KEYS[2], ARGV[2])
elseif sum and #sum == 8 and #existing >= 8 then
  local high, low = struct.unpack('>i4i4', sum)
  local h, l = struct.unpack('>i4i4', existing)
  redis.call('HSET', KEYS[2], ARGV[2], struct.pack('>i4i4', bit.bxor(high, h), bit.bxor(low, l)))
end
return 1
