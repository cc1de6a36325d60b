-- The orders to forget that come after a number. KEYS: number of the last one, the orders. ARGV: number. Answers the last number, that of the oldest order that is kept, and the orders.
local oldest = redis.call('ZRANGE', KEYS[2], 0, 0, 'WITHSCORES')
return { tonumber(redis.call('GET', KEYS[1]) or '0'), tonumber(oldest[2] or '0'), redis.call('ZRANGE', KEYS[2], '(' .. ARGV[1], '+inf', 'BYSCORE') }
