-- Epoch, end of the feed, its chain value and the digests of all buckets at one moment. KEYS: meta, digest.
local meta = redis.call('HMGET', KEYS[1], 'epoch', 'end', 'chain')
return { meta[1] or '', meta[2] or '0-0', meta[3] or '', redis.call('HGETALL', KEYS[2]) }
