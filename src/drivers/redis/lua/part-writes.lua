-- What a step reads of records, and all that it will write: collected as it goes on, written by `saveWrites` with few commands.
-- A record is `<state line>\n<fixed line>\n<options><payload><result>`; see docs/decisions.
local texts, writes = {}, {}
-- From this size on a job is large: steps then mind how many bytes they carry.
local largeBytes = 16384
local leavesDue, leavesLease, joinsDue, joinsLease = {}, {}, {}, {}
local joinsReady, joinsList, joinsOrder, leavesOrder, removed = {}, {}, {}, {}, {}

local function push(lists, key, value)
  local list = lists[key]
  if not list then
    list = {}
    lists[key] = list
  end
  list[#list + 1] = value
end

-- Reads those of the names that have not been read; of a name that is not there the text is false.
local function load(names)
  local keys, missing, n = {}, {}, 0
  for i = 1, #names do
    local name = names[i]
    if texts[name] == nil then
      n = n + 1
      texts[name] = false
      missing[n], keys[n] = name, prefix .. 'j:' .. name
    end
  end
  -- Lua spreads no more than some 8,000 values.
  for from = 1, n, 1000 do
    local found = call('MGET', unpack(keys, from, math.min(n, from + 999)))
    for i = 1, #found do
      texts[missing[from + i - 1]] = found[i]
    end
  end
end

local function rewrite(name, text)
  texts[name] = text
  local n = #writes
  writes[n + 1] = prefix .. 'j:' .. name
  writes[n + 2] = text
end

-- Takes away all that is kept of a job, but for the entries that are stale without it.
local function removeJob(name, seq)
  texts[name] = false
  push(leavesOrder, floor(seq / 128), seq)
  local n = #removed
  removed[n + 1] = prefix .. 'j:' .. name
  removed[n + 2] = prefix .. 's:' .. name
  removed[n + 3] = prefix .. 'l:' .. name
end

-- The entries that join the end of a class.
local function entriesOf(type, rank)
  local key = rank .. ':' .. type
  local entries = joinsReady[key]
  if not entries then
    entries = {}
    joinsReady[key] = entries
  end
  return entries
end

-- Ready lists must stand before a claim looks at them.
local function saveReady()
  for key, entries in pairs(joinsReady) do
    if #entries > 0 then
      call('RPUSH', prefix .. 'r:' .. key, unpack(entries))
    end
    joinsReady[key] = nil
  end
end

local function saveAll(command, lists, kind)
  for key, values in pairs(lists) do
    call(command, prefix .. kind .. key, unpack(values))
  end
end

-- The order of creation stands in buckets, and `ob` has those that are not empty.
local function saveOrder()
  for place, entries in pairs(joinsOrder) do
    local bucket = digits(place)
    call('HSET', prefix .. 'o:' .. bucket, unpack(entries))
    call('ZADD', prefix .. 'ob', bucket, bucket)
  end
  for place, seqs in pairs(leavesOrder) do
    local bucket = digits(place)
    call('HDEL', prefix .. 'o:' .. bucket, unpack(seqs))
    if call('EXISTS', prefix .. 'o:' .. bucket) == 0 then
      call('ZREM', prefix .. 'ob', bucket)
    end
  end
end

-- Redis keeps a small sorted set as a list, which is walked through for each lease that comes or goes: a quarter of the time of a
-- worker with a hundred slots. A member of more than 64 bytes makes a tree of it, which it stays until it is empty.
local function saveLeases()
  local key = prefix .. 'lease'
  if #joinsLease >= 16 then
    local long = string.rep('-', 65)
    call('ZADD', key, '0', long, unpack(joinsLease))
    call('ZREM', key, long)
  elseif #joinsLease > 0 then
    call('ZADD', key, unpack(joinsLease))
  end
end

local function saveWrites()
  if #writes > 0 then
    call('MSET', unpack(writes))
  end
  saveReady()
  if #leavesDue > 0 then
    call('ZREM', prefix .. 'due', unpack(leavesDue))
  end
  if #leavesLease > 0 then
    call('ZREM', prefix .. 'lease', unpack(leavesLease))
  end
  if #joinsDue > 0 then
    call('ZADD', prefix .. 'due', unpack(joinsDue))
  end
  saveLeases()
  saveAll('RPUSH', joinsList, '')
  saveOrder()
  if #removed > 0 then
    call('DEL', unpack(removed))
  end
end
