-- Writes records, digests, lists, the feed entry and the sender's sequence in one step, or nothing.
-- KEYS: meta, feed, sites, digest, then what the records name by position.
-- ARGV: epoch, generation, schema, site, from, to, summary, most entries and most bytes of the feed, then for each record:
--   bucket (position in KEYS), its number, name, value, index value that was merged into it ('' for none), key (position),
--   earlier key (position, 0 for none), count of lists, and for each list: key (position), score ('' takes the record out).
local MOST_TRIMMED = 16 -- entries taken off the feed for its size in one call, so that no call works for long

local meta = redis.call('HMGET', KEYS[1], 'epoch', 'generation', 'schema', 'end', 'chain', 'bytes')
if tonumber(meta[2] or 0) > tonumber(ARGV[2]) then return { 'key' } end
if tonumber(meta[3] or 0) > tonumber(ARGV[3]) then return { 'schema' } end
if meta[1] ~= ARGV[1] then return { 'epoch' } end

local site, from, to = ARGV[4], tonumber(ARGV[5]), tonumber(ARGV[6])
if to > 0 then
  local accepted = tonumber(redis.call('HGET', KEYS[3], site) or 0)
  if to <= accepted then return { 'ok', meta[4], meta[5], 'before' } end
  if from > accepted + 1 then return { 'gap', accepted } end
end

-- Every type that a write below relies on is looked at before the first write: a script that fails half way is not undone.
local changed, gone, held, sums = {}, {}, {}, {}
local at = 10
while at <= #ARGV do
  local record = {
    bucket = KEYS[tonumber(ARGV[at])],
    n = ARGV[at + 1],
    name = ARGV[at + 2],
    value = ARGV[at + 3],
    key = KEYS[tonumber(ARGV[at + 5])],
    earlier = KEYS[tonumber(ARGV[at + 6])],
    lists = at + 8,
    listsEnd = at + 6 + 2 * tonumber(ARGV[at + 7]),
  }
  local merged = ARGV[at + 4]
  at = record.listsEnd + 2
  record.index = string.sub(record.value, 2, 1 + string.byte(record.value))
  record.existing = redis.call('HGET', record.bucket, record.name)
  if record.existing and #record.existing ~= 8 and #record.existing ~= 24 then record.existing = false end
  if record.existing == record.index then
    if redis.call('EXISTS', record.key) == 0 then gone[#gone + 1] = record end
  elseif not record.existing or record.existing == merged then
    changed[#changed + 1] = record
    if not sums[record.n] then
      local sum = redis.call('HGET', KEYS[4], record.n)
      local high, low = struct.unpack('>i4i4', sum and #sum == 8 and sum or string.rep('\0', 8))
      sums[record.n] = { high, low }
    end
  else
    held[#held + 1] = record.name
    held[#held + 1] = record.existing
  end
end
if #held > 0 then return { 'held', unpack(held) } end

local function xor(n, index)
  local high, low = struct.unpack('>i4i4', index)
  local sum = sums[n]
  sum[1], sum[2] = bit.bxor(sum[1], high), bit.bxor(sum[2], low)
end

-- After the end of the feed also when the server's clock went back.
local function nextId(last)
  local now = redis.call('TIME')
  local ms = now[1] * 1000 + math.floor(now[2] / 1000)
  local lastMs, lastCount = string.match(last, '^(%d+)-(%d+)$')
  if ms > tonumber(lastMs) then return string.format('%.0f-0', ms) end
  return string.format('%s-%.0f', lastMs, lastCount + 1)
end

local function append()
  local linked, bytes = { meta[5], site, ARGV[5], ARGV[6], ARGV[7] }, #ARGV[7]
  for _, record in ipairs(changed) do
    linked[#linked + 1] = record.name
    linked[#linked + 1] = record.value
    bytes = bytes + #record.name + #record.value
  end
  local chain, id, total = redis.sha1hex(table.concat(linked, '\n')), nextId(meta[4]), meta[6] + bytes
  local entry = { 'XADD', KEYS[2], id, 'c', chain, 's', site, 'f', ARGV[5], 't', ARGV[6], 'n', string.format('%.0f', total), 'o', ARGV[7] }
  for i = 6, #linked do entry[#entry + 1] = linked[i] end
  -- The first write: refusals such as a full memory end the script before anything has changed.
  local added = redis.pcall(unpack(entry))
  if type(added) == 'table' then
    if not string.find(added.err, 'equal or smaller', 1, true) then return added end
    -- The stream runs ahead of meta: it is of another history, whose readers now find their place gone.
    redis.call('DEL', KEYS[2])
    redis.call(unpack(entry))
  end
  redis.call('HSET', KEYS[1], 'end', id, 'chain', chain, 'bytes', string.format('%.0f', total))
  meta[4], meta[5], meta[6] = id, chain, total
end

local function list(record)
  local id = string.match(record.name, '/(.*)$')
  for i = record.lists, record.listsEnd, 2 do
    local key, score = KEYS[tonumber(ARGV[i])], ARGV[i + 1]
    local change = score == '' and { 'ZREM', key, id } or { 'ZADD', key, score, id }
    -- A list is an extra for other programs: whatever stands in its place must not stop a record.
    local done = redis.pcall(unpack(change))
    if type(done) == 'table' and done.err then
      redis.call('DEL', key)
      redis.pcall(unpack(change))
    end
  end
end

local function trim()
  local length = redis.call('XLEN', KEYS[2])
  local kept = math.min(length, tonumber(ARGV[8]))
  if kept < length then redis.call('XTRIM', KEYS[2], 'MAXLEN', kept) end
  for _ = 1, math.min(kept - 1, MOST_TRIMMED) do
    local oldest = redis.call('XRANGE', KEYS[2], '-', '+', 'COUNT', 1)[1]
    -- The running total is the fifth field; what follows the oldest entry is what the feed holds.
    if meta[6] - oldest[2][10] <= tonumber(ARGV[9]) then break end
    redis.call('XDEL', KEYS[2], oldest[1])
    kept = kept - 1
  end
  if kept < length then redis.call('HSET', KEYS[1], 'trimmed', 1) end
end

if to > 0 or #changed > 0 then
  local refused = append()
  if refused then return refused end
  local added = 0
  for _, record in ipairs(changed) do
    redis.call('SET', record.key, record.value)
    if record.earlier and record.earlier ~= record.key then redis.call('DEL', record.earlier) end
    redis.call('HSET', record.bucket, record.name, record.index)
    if record.existing then xor(record.n, record.existing) else added = added + 1 end
    xor(record.n, record.index)
    list(record)
  end
  for n, sum in pairs(sums) do redis.call('HSET', KEYS[4], n, struct.pack('>i4i4', sum[1], sum[2])) end
  if added > 0 then redis.call('HINCRBY', KEYS[1], 'count', added) end
  if to > 0 then redis.call('HSET', KEYS[3], site, ARGV[6]) end
  trim()
end
for _, record in ipairs(gone) do redis.call('SET', record.key, record.value) end
return { 'ok', meta[4], meta[5], (to > 0 or #changed > 0) and 'new' or 'none' }
