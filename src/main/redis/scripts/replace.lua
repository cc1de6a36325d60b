-- Replaces a history in three steps: 'begin' stops everybody, 'clear' unlinks keys and may be repeated, 'end' makes the new history.
-- KEYS: meta, then those to unlink. ARGV: step, name of the new history, dataset, generation, milliseconds after which another workstation may take over.
-- Answers ok · done (this generation's history is there) · later (a later one's is) · busy (another workstation is at it).
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local meta = redis.call('HMGET', KEYS[1], 'generation', 'replacing', 'beat', 'schema')

if ARGV[1] == 'begin' then
  local generation = tonumber(meta[1] or -1)
  if generation > tonumber(ARGV[4]) then return 'later' end
  if generation == tonumber(ARGV[4]) then
    if not meta[2] then return 'done' end
    if now - meta[3] < tonumber(ARGV[5]) then return 'busy' end
  end
  redis.call('DEL', KEYS[1])
  redis.call('HSET', KEYS[1], 'dataset', ARGV[3], 'generation', ARGV[4], 'schema', meta[4] or 0, 'replacing', ARGV[2], 'beat', string.format('%.0f', now))
  return 'ok'
end

if meta[2] ~= ARGV[2] then return 'busy' end
if ARGV[1] == 'clear' then
  redis.call('HSET', KEYS[1], 'beat', string.format('%.0f', now))
  for i = 2, #KEYS do redis.call('UNLINK', KEYS[i]) end
  return 'ok'
end
redis.call('HDEL', KEYS[1], 'replacing', 'beat')
redis.call('HSET', KEYS[1], 'epoch', ARGV[2], 'count', 0, 'chain', redis.sha1hex('medinsight feed ' .. ARGV[2]), 'end', '0-0', 'bytes', 0)
return 'ok'
