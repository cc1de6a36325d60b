-- Memory of the node that holds the clinic's keys, as INFO has it. KEYS: meta.
return redis.call('INFO', 'memory')
