-- Whose turn it is, among groups with keys. A group waits, at each place where it has ready jobs, in the lot of one of its gates:
-- `gq:<place> <gate>`, in the order of its turns. `go:<place>` has the gates of a place that may be open, each with the first
-- turn of its lot, and `kl:<gate>` the places where a gate has a lot. So a gate that closes or opens moves itself, however many
-- groups wait at it; a group that is found at an open gate while its other gate is closed goes over to that one. `rg:<r>` has the
-- groups of a rate in which something is ready, and `rh` says when closed rates open that have some.
local mostMoved, groupsLooked = 128, 16
local movedGroups, isTurnCut = 0, false

local function readyKey(place, group)
  return prefix .. 'gr:' .. place .. ' ' .. group.word
end

local function lotKey(place, id)
  return prefix .. 'gq:' .. place .. ' ' .. id
end

-- When a closed rate opens is worth knowing while something of it is ready. One that is open by time alone stays until
-- `openRates` has told those who wait at it.
local function noteOpening(gate)
  if call('EXISTS', prefix .. 'rg:' .. gate.key) == 0 then
    call('ZREM', prefix .. 'rh', gate.key)
  elseif not gate.isOpen then
    call('ZADD', prefix .. 'rh', digits(gate.freeAt), gate.key)
  end
end

-- Something of the group is ready from now on, or nothing any more.
local function noteReady(group, isReady)
  if group.r then
    local gate = gateOf(group.r)
    call(isReady and 'SADD' or 'SREM', prefix .. 'rg:' .. gate.key, group.word)
    noteOpening(gate)
  end
end

-- The lot of a gate has changed, or the gate has opened.
local function refresh(place, gate)
  local first = call('ZRANGE', lotKey(place, gate.id), 0, 0, 'WITHSCORES')
  if first[1] then
    call('SADD', prefix .. 'kl:' .. gate.id, place)
    if gate.isOpen then
      call('ZADD', prefix .. 'go:' .. place, first[2], gate.id)
    end
  else
    call('ZREM', prefix .. 'go:' .. place, gate.id)
    call('SREM', prefix .. 'kl:' .. gate.id, place)
  end
end

-- The gate of a group that keeps it, if one does.
local function gateToWaitAt(group)
  local c, r = group.c and gateOf(group.c), group.r and gateOf(group.r)
  return (not c or (r and c.isOpen and not r.isOpen)) and r or c
end

local function stand(group, place, gate, score)
  call('ZADD', lotKey(place, gate.id), digits(score), group.word)
  if group.lots[place] ~= gate.kind then
    group.lots[place] = gate.kind
    call('HSET', group.hash, place, gate.kind)
  end
  refresh(place, gate)
end

local function leaveLot(group, place)
  local kind = group.lots[place]
  if kind then
    local gate = gateOf(group[kind])
    call('ZREM', lotKey(place, gate.id), group.word)
    refresh(place, gate)
  end
end

-- Its ready jobs at a place, or its turn, have changed.
local function seat(group, place)
  local first = call('ZRANGE', readyKey(place, group), 0, 0, 'WITHSCORES')
  if not first[1] then
    leaveLot(group, place)
    group.lots[place] = nil
    call('HDEL', group.hash, place)
    return next(group.lots) == nil and noteReady(group, false)
  end
  if next(group.lots) == nil then
    noteReady(group, true)
  end
  local kind = group.lots[place]
  -- Who was never served goes before those who were, and whoever came first of these.
  local score = group.turn > 0 and group.turn or first[2] - frontZone
  stand(group, place, kind and gateOf(group[kind]) or gateToWaitAt(group), score)
end

-- The open group at a place whose turn it is, and its turn.
local function nextAt(place)
  while true do
    local top = call('ZRANGE', prefix .. 'go:' .. place, 0, 0)[1]
    if not top then
      return nil
    end
    local gate = gateOf(top)
    local first = call('ZRANGE', lotKey(place, top), 0, 0, 'WITHSCORES')
    if not gate.isOpen or not first[1] then
      call('ZREM', prefix .. 'go:' .. place, top)
    else
      local group = groupNamed(first[1])
      local other = gateToWaitAt(group)
      if isOpen(group) then
        return group, tonumber(first[2])
      elseif movedGroups >= mostMoved then
        isTurnCut = true
        return nil
      end
      movedGroups = movedGroups + 1
      leaveLot(group, place)
      stand(group, place, other, tonumber(first[2]))
    end
  end
end

-- So many more may start of those that wait at these places.
local function tellPlaces(places, n)
  for i = 1, #places do
    gain(sub(places[i], 3), n)
  end
end

-- Something has changed at a gate, in what it lets through. Who waits for work is told of as many as may start; of more that
-- may in the same step whoever lets them.
local function check(gate)
  local was, before = gate.isOpen, gate.freeAt
  look(gate)
  if gate.isOpen == was and gate.freeAt == before then
    return
  end
  local places = call('SMEMBERS', prefix .. 'kl:' .. gate.id)
  gate.hasOpened = gate.isOpen
  if gate.isOpen then
    tellPlaces(places, math.min(64, gate.max - gate.running))
  end
  for i = 1, #places do
    refresh(places[i], gate)
  end
  if gate.kind == 'r' and gate.isOpen then
    call('ZREM', prefix .. 'rh', gate.key)
  elseif gate.kind == 'r' then
    noteOpening(gate)
  end
end

-- Rates that allow a start again. Whether all of them could be opened.
local function openRates()
  local due = call('ZRANGEBYSCORE', prefix .. 'rh', '-inf', nowText, 'LIMIT', 0, 64)
  for i = 1, #due do
    local gate = gateOf('r' .. due[i])
    -- As it was before.
    gate.isOpen, gate.freeAt = false, -1
    check(gate)
  end
  return #due < 64
end

-- When the first rate opens that alone holds up something that is ready. Of many rates, and of many groups of a rate, some are
-- looked at: then it may be told too early, never too late.
local function nextOpening()
  local rates = call('ZRANGE', prefix .. 'rh', 0, 31, 'WITHSCORES')
  for i = 1, #rates, 2 do
    local words = call('SRANDMEMBER', prefix .. 'rg:' .. rates[i], groupsLooked)
    if #words == groupsLooked then
      return tonumber(rates[i + 1])
    end
    for _, word in ipairs(words) do
      local c = groupNamed(word).c
      if not c or gateOf(c).isOpen then
        return tonumber(rates[i + 1])
      end
    end
  end
  return #rates == 64 and tonumber(rates[2]) or nil
end
