-- The clock of the node that holds the clinic's keys: seconds and microseconds. KEYS: meta.
return redis.call('TIME')
