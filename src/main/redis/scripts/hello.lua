-- Begins a session. KEYS: meta, feed, sites, digest.
-- ARGV: dataset, epoch known ('' for none), id and chain value of the cursor ('' for none), epoch to make, generation, schema,
-- least schema that the caller knows to be asked for.
-- Answers status, epoch, end, chain, generation, least schema, seconds and microseconds of the server's clock, and how long ago
-- (milliseconds) the replacing of the history last went on.
local now = redis.call('TIME')
local meta = redis.call('HMGET', KEYS[1], 'dataset', 'epoch', 'end', 'chain', 'generation', 'schema', 'replacing', 'beat', 'trimmed')

local function answer(status)
  local since = meta[8] and string.format('%.0f', now[1] * 1000 + math.floor(now[2] / 1000) - meta[8]) or '0'
  return { status, meta[2] or '', meta[3] or '0-0', meta[4] or '', meta[5] or '0', meta[6] or '0', now[1], now[2], since }
end

if not meta[1] then
  local chain = redis.sha1hex('medinsight feed ' .. ARGV[5])
  -- What an earlier history left behind without its meta must not be taken for part of this one.
  redis.call('DEL', KEYS[2], KEYS[3], KEYS[4])
  redis.call('HSET', KEYS[1], 'dataset', ARGV[1], 'epoch', ARGV[5], 'count', 0, 'chain', chain, 'end', '0-0', 'bytes', 0, 'schema', ARGV[8], 'generation', ARGV[6])
  meta = { ARGV[1], ARGV[5], '0-0', chain, ARGV[6], ARGV[8] }
  return answer(tonumber(ARGV[8]) > tonumber(ARGV[7]) and 'schema' or 'new')
end
if meta[1] ~= ARGV[1] then return answer('dataset') end
if tonumber(meta[5] or 0) > tonumber(ARGV[6]) then return answer('key') end
if meta[7] then return answer('replacing') end
if tonumber(ARGV[8]) > tonumber(meta[6] or 0) then
  redis.call('HSET', KEYS[1], 'schema', ARGV[8])
  meta[6] = ARGV[8]
end
if tonumber(meta[6] or 0) > tonumber(ARGV[7]) then return answer('schema') end
if meta[2] ~= ARGV[2] then return answer('epoch') end
if ARGV[3] == '' then return answer('lost') end
if ARGV[3] == meta[3] then return answer(ARGV[4] == meta[4] and 'ok' or 'forked') end
if ARGV[3] == '0-0' then
  if ARGV[4] ~= redis.sha1hex('medinsight feed ' .. meta[2]) then return answer('forked') end
  return answer((meta[9] or redis.call('XLEN', KEYS[2]) == 0) and 'lost' or 'ok')
end

local entry = redis.call('XRANGE', KEYS[2], ARGV[3], ARGV[3])[1]
if not entry then return answer('lost') end
-- The chain value is the first field of every entry.
return answer(entry[2][2] == ARGV[4] and 'ok' or 'forked')
