-- The numbers of a namespace, in the hash `n`: read when asked for, changed here, written once by `saveNumbers`. How many
-- jobs are ready stands apart in `p`, by `<rank>:<type>` and without zeros, so that one short read tells where there is work.
local known, added, replaced = {}, {}, {}
local readyAdded = {}

-- Reads several at once; what was never written is 0.
local function readNumbers(fields)
  local values = call('HMGET', KEYS[1], unpack(fields))
  for i = 1, #fields do
    known[fields[i]] = values[i] and tonumber(values[i]) or 0
  end
end

-- What a number is now, the changes of this step included.
local function number(field)
  if replaced[field] then
    return replaced[field]
  end
  if not known[field] then
    known[field] = tonumber(call('HGET', KEYS[1], field) or 0)
  end
  return known[field] + (added[field] or 0)
end

local function add(field, n)
  added[field] = (added[field] or 0) + n
end

local function replace(field, n)
  replaced[field] = n
end

local function addReady(key, n)
  readyAdded[key] = (readyAdded[key] or 0) + n
end

-- Types of the library itself are known by their names: the limits of the whole queue are not for them.
local function noteOwn(type)
  if sub(type, 1, 8) == 'riptide.' then
    call('SADD', prefix .. 'it', type)
  end
end

local function saveReadyCounts()
  for key, n in pairs(readyAdded) do
    if n ~= 0 and call('HINCRBY', prefix .. 'p', key, digits(n)) == 0 then
      call('HDEL', prefix .. 'p', key)
    end
  end
end

-- Numbers go to Redis as texts: it spends more on one that is none than on all else of a short command.
local function saveNumbers()
  for field, n in pairs(added) do
    if n ~= 0 and not replaced[field] then
      call('HINCRBY', KEYS[1], field, digits(n))
    end
  end
  local values = {}
  for field, n in pairs(replaced) do
    values[#values + 1] = field
    values[#values + 1] = digits(n)
  end
  if #values > 0 then
    call('HSET', KEYS[1], unpack(values))
  end
  saveReadyCounts()
end

-- The next of the one sequence that orders creations and tickets.
local function nextNumber()
  local n = number('seq') + 1
  replace('seq', n)
  return n
end

-- The next fence: max(previous + 1, the time in microseconds), over all jobs of the namespace. The claims of one step share one.
local function nextFence(least)
  local fence = number('fence') + 1
  if fence < least then
    fence = least
  end
  replace('fence', fence)
  return digits(fence)
end
