-- What the node that holds the clinic's keys tells of itself. KEYS: meta. ARGV: section of INFO ('memory' when absent).
return redis.call('INFO', ARGV[1] or 'memory')
