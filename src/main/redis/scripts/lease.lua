-- Gives out a range of numbers. KEYS: lease. ARGV: how many, least number. Answers the first one.
local first = math.max(tonumber(redis.call('GET', KEYS[1]) or 0) + 1, tonumber(ARGV[2]))
redis.call('SET', KEYS[1], string.format('%.0f', first + ARGV[1] - 1))
return first
