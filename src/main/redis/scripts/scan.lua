-- A slice of the clinic's key names, asked of the node that holds them. KEYS: meta. ARGV: cursor, pattern, how many are looked at (1,000 when absent).
return redis.call('SCAN', ARGV[1], 'MATCH', ARGV[2], 'COUNT', ARGV[3] or 1000)
