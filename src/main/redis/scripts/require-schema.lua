-- Raises the least schema that may write. KEYS: meta. ARGV: schema. Answers the one that holds.
if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
local schema = math.max(tonumber(redis.call('HGET', KEYS[1], 'schema') or 0), tonumber(ARGV[1]))
redis.call('HSET', KEYS[1], 'schema', schema)
return schema
