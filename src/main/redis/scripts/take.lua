-- Reads a key and deletes it in one step. KEYS: the key.
local value = redis.call('GET', KEYS[1])
if value then redis.call('DEL', KEYS[1]) end
return value
