-- Adds to a counter and lets it live on for a while. KEYS: counter. ARGV: how many, milliseconds.
local count = redis.call('INCRBY', KEYS[1], ARGV[1])
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return count
