-- Claims that are more than one part, or are held up: slots set aside for some types, limits of the whole queue, pauses. `pa` has
-- what is paused, `q` and `t<type>`; `ql` the last starts that the queue's rate counts; `it` the types of the library itself.

-- Those types of a text, each between blanks, that are not paused.
local function unpaused(typesText)
  if number('paused') == 0 then
    return typesText
  end
  local paused, words = {}, {}
  for _, what in ipairs(call('SMEMBERS', prefix .. 'pa')) do
    paused[what] = true
  end
  for type in gmatch(typesText, '%S+') do
    if not paused['t' .. type] and (not paused.q or sub(type, 1, 8) == 'riptide.') then
      words[#words + 1] = type
    end
  end
  return ' ' .. concat(words, ' ') .. ' '
end

-- How many jobs run that are not the library's own, those of this step's own claims included. Runs that have ended in this step
-- leave first.
local function othersRunning()
  if #leavesLease > 0 then
    call('ZREM', prefix .. 'lease', unpack(leavesLease))
    for i = #leavesLease, 1, -1 do
      leavesLease[i] = nil
    end
  end
  local running = call('ZCARD', prefix .. 'lease') + #joinsLease / 2
  for _, type in ipairs(call('SMEMBERS', prefix .. 'it')) do
    running = running - number(type .. ' W')
  end
  return running
end

local function queueFreeAt(limits)
  local at = tonumber(call('LINDEX', prefix .. 'ql', -limits.max) or '')
  return at and at + limits.per > now and at + limits.per or nil
end

-- How many starts a rate allows: its log is in the order of time.
local function startsLeft(limits)
  local starts = call('LRANGE', prefix .. 'ql', 0, -1)
  local low, high = math.max(1, #starts + 1 - limits.max), #starts + 1
  while low < high do
    local middle = floor((low + high) / 2)
    if starts[middle] + limits.per > now then
      high = middle
    else
      low = middle + 1
    end
  end
  return limits.max - (#starts + 1 - low)
end

local function roomOf(limits)
  local room = math.huge
  if limits.concurrency then
    room = math.max(0, limits.concurrency - othersRunning())
  end
  return limits.max and math.min(room, startsLeft(limits)) or room
end

local function noteStarts(limits, count)
  local key, starts = prefix .. 'ql', {}
  for i = 1, count do
    starts[i] = nowText
  end
  call('RPUSH', key, unpack(starts))
  call('LTRIM', key, -limits.max, -1)
  -- Beyond its time, which may be that of a test.
  call('PEXPIRE', key, digits(limits.per + 600000))
end

-- Whether there is a job of these types that is not the library's own and could be claimed but for the queue's limits.
local function anyOther(typesText)
  local counts = call('HGETALL', prefix .. 'p')
  for i = 1, #counts, 2 do
    local left = counts[i + 1] + (readyAdded[counts[i]] or 0)
    if left > 0 and not isOwn(counts[i]) and find(typesText, ' ' .. sub(counts[i], 3) .. ' ', 1, true) then
      return true
    end
  end
  for key, n in pairs(readyAdded) do
    if n > 0 and not isOwn(key) and find(typesText, ' ' .. sub(key, 3) .. ' ', 1, true) then
      return true
    end
  end
  local places = number('keyed') > 0 and keys().placesOf(typesText) or {}
  for i = 1, #places do
    if not isOwn(places[i]) and keys().nextAt(places[i]) then
      return true
    end
  end
  return false
end

-- Claims for the lanes of one part. When the rate of the queue lets those start that it holds up, if it does.
local function claimWithin(claim, lanes, typesText, limits)
  local room = limits and roomOf(limits) or math.huge
  local taken, others = claim(lanes, typesText, room)
  -- `limited` says that someone would have claimed more but for the limit: whoever ends a run wakes others then.
  local isHeldUp = limits and limits.concurrency and taken < #lanes and others >= room
  if isHeldUp and number('limited') == 0 and anyOther(typesText) then
    replace('limited', 1)
  end
  if not limits or not limits.max then
    return taken, nil
  end
  if others > 0 then
    noteStarts(limits, others)
  end
  local freeAt = taken < #lanes and queueFreeAt(limits)
  return taken, freeAt and anyOther(typesText) and freeAt or nil
end

-- Does all parts: which types are waited for from now on, and until when the rate of the queue holds others up.
local function claimParts(claim, lanes, typesText, extras)
  local waitsFor, limits, parts = {}, nil, { { lanes = lanes, types = typesText } }
  for line in gmatch(extras, '[^\n]+') do
    local concurrency, max, per = match(line, '^L (%S+) (%S+) (%S+)$')
    local own, types = match(line, '^A ([^|]*)|(.*)$')
    if concurrency then
      limits = { concurrency = tonumber(concurrency), max = tonumber(max), per = tonumber(per) }
    elseif own then
      local words = {}
      for lane in gmatch(own, '%d+') do
        words[#words + 1] = lane
      end
      parts[#parts + 1] = { lanes = words, types = ' ' .. types .. ' ' }
    end
  end
  local heldUntil
  for i = 1, #parts do
    local part = parts[i]
    if #part.lanes > 0 then
      local taken, freeAt = claimWithin(claim, part.lanes, unpaused(part.types), limits)
      heldUntil = freeAt and math.min(freeAt, heldUntil or freeAt) or heldUntil
      if taken < #part.lanes then
        waitsFor[#waitsFor + 1] = part.types
      end
    end
  end
  return waitsFor, heldUntil
end
