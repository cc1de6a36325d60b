-- Raises the sequence accepted of a site. KEYS: meta, sites, feed. ARGV: epoch, site, number, id and chain value of the end of the feed seen before.
-- Answers 0 in another epoch, and where that end is not in the history: the server was put back since.
local meta = redis.call('HMGET', KEYS[1], 'epoch', 'end', 'chain')
if meta[1] ~= ARGV[1] then return 0 end
local chain = meta[3]
if meta[2] ~= ARGV[4] then
  local entry = redis.call('XRANGE', KEYS[3], ARGV[4], ARGV[4])[1]
  chain = entry and entry[2][2]
end
if chain ~= ARGV[5] then return 0 end
if tonumber(redis.call('HGET', KEYS[2], ARGV[2]) or 0) < tonumber(ARGV[3]) then redis.call('HSET', KEYS[2], ARGV[2], ARGV[3]) end
return 1
