-- Counts uses in a window, where each run of a workstation tells its own sum: telling it again, late or twice, changes nothing. KEYS: window, windows in use.
-- ARGV: run, its sum with the use that it asks for, uses that it asks for (0 or 1), most uses of all, milliseconds until the window ends as the run knows it,
-- round (a later one begins the count anew: somebody was let in again), what the window is about, id of the window.
-- Answers the uses of the other runs, that of this one, milliseconds until the window ends, the round, and whether the use was given.
local run, wanted, round = ARGV[1], tonumber(ARGV[3]), tonumber(ARGV[6])
local held = tonumber(redis.call('HGET', KEYS[1], 'round') or '-1')
if round < held then return { 0, 0, redis.call('PTTL', KEYS[1]), held, 0 } end
-- Whoever only looks begins no window.
if held == -1 and ARGV[2] == '0' then return { 0, 0, tonumber(ARGV[5]), round, 0 } end
if round > held then
  redis.call('DEL', KEYS[1])
  redis.call('HSET', KEYS[1], 'round', ARGV[6], 'about', ARGV[7])
  redis.call('PEXPIRE', KEYS[1], ARGV[5])
end
local others, own = 0, 0
local fields = redis.call('HGETALL', KEYS[1])
for i = 1, #fields, 2 do
  if fields[i] == run then own = tonumber(fields[i + 1])
  elseif fields[i] ~= 'round' and fields[i] ~= 'about' then others = others + tonumber(fields[i + 1]) end
end
-- What was used already is kept in any case; only the new use can be refused.
own = math.max(own, tonumber(ARGV[2]) - wanted)
local given = 0
if wanted == 1 and others + tonumber(ARGV[2]) <= tonumber(ARGV[4]) then
  own = math.max(own, tonumber(ARGV[2]))
  given = 1
end
redis.call('HSET', KEYS[1], run, own)
local left = redis.call('PTTL', KEYS[1])
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZADD', KEYS[2], string.format('%.0f', now + left), ARGV[8])
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', string.format('%.0f', now))
if redis.call('PTTL', KEYS[2]) < left then redis.call('PEXPIRE', KEYS[2], left) end
return { others, own, left, round, given }
