-- Numbers an order to forget what matches a pattern. KEYS: number of the last one, the orders. ARGV: pattern, number that is passed in any case, how many are kept.
local number = math.max(tonumber(redis.call('GET', KEYS[1]) or '0'), tonumber(ARGV[2])) + 1
redis.call('SET', KEYS[1], string.format('%.0f', number))
redis.call('ZADD', KEYS[2], number, string.format('%.0f', number) .. ':' .. ARGV[1])
redis.call('ZREMRANGEBYRANK', KEYS[2], 0, -1 - tonumber(ARGV[3]))
return number
