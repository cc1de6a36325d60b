-- A slice of the clinic's key names, asked of the node that holds them. KEYS: meta. ARGV: cursor, pattern.
return redis.call('SCAN', ARGV[1], 'MATCH', ARGV[2], 'COUNT', 1000)
