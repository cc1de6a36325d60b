-- Keeps a workstation's report with the server's time. KEYS: workstations. ARGV: workstation, report.
local now = redis.call('TIME')
return redis.call('HSET', KEYS[1], ARGV[1], string.format('%.0f', now[1] * 1000 + math.floor(now[2] / 1000)) .. '\n' .. ARGV[2])
