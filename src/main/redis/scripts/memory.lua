-- What the node that holds the clinic's keys tells of its memory. KEYS: meta.
return redis.call('INFO', 'memory')
