-- Raises the sequence accepted of a site. KEYS: meta, sites. ARGV: epoch, site, number. Answers 0 in another epoch.
if redis.call('HGET', KEYS[1], 'epoch') ~= ARGV[1] then return 0 end
if tonumber(redis.call('HGET', KEYS[2], ARGV[2]) or 0) < tonumber(ARGV[3]) then redis.call('HSET', KEYS[2], ARGV[2], ARGV[3]) end
return 1
