-- What jobs do with their keys: see part-gates. `gr:<place> <group>` has the ready jobs of a group, those handed back first, and
-- `kq` all ready jobs with keys, by when they became so, `kt` by their order; `pk` how many there are at each place, `keyed` in
-- all.

-- One more, or fewer, that is ready.
local function countReady(record, n)
  local place = record.rank .. ':' .. record.type
  add('keyed', n)
  if call('HINCRBY', prefix .. 'pk', place, n) <= 0 then
    call('HDEL', prefix .. 'pk', place)
  end
end

local function lineUpKeyed(record, order)
  local group, place = groupNamed(limitsOf(record).group), record.rank .. ':' .. record.type
  call('ZADD', readyKey(place, group), digits(order), record.name)
  call('ZADD', prefix .. 'kq', digits(record.readyAt), record.name)
  call('ZADD', prefix .. 'kt', digits(order), record.name)
  seat(group, place)
  -- Behind a closed rate too: whoever comes learns when it opens.
  if not group.c or gateOf(group.c).isOpen then
    gain(record.type)
  end
end

local function dropReady(group, place, name)
  call('ZREM', readyKey(place, group), name)
  call('ZREM', prefix .. 'kq', name)
  call('ZREM', prefix .. 'kt', name)
end

local function leaveReadyKeyed(record)
  local group, place = groupNamed(limitsOf(record).group), record.rank .. ':' .. record.type
  dropReady(group, place, record.name)
  seat(group, place)
end

-- The next turn, of whichever group: jobs without keys are one too (`ut` is its last turn).
local function nextTurn()
  local turn = math.max(number('turn'), number('ut')) + 1
  replace('turn', turn)
  return turn
end

-- A job of the group is claimed.
local function startKeyed(group, place, name)
  dropReady(group, place, name)
  group.turn = nextTurn()
  call('HSET', group.hash, 'turn', digits(group.turn))
  if group.c then
    local gate = gateOf(group.c)
    gate.running = gate.running + call('SADD', prefix .. 'ku:' .. gate.key, name)
    check(gate)
  end
  if group.r then
    local gate = gateOf(group.r)
    local starts = prefix .. 'ks:' .. gate.key
    call('RPUSH', starts, nowText)
    call('LTRIM', starts, -gate.max, -1)
    check(gate)
  end
  local places = {}
  for one in pairs(group.lots) do
    places[#places + 1] = one
  end
  for i = 1, #places do
    seat(group, places[i])
  end
end

local function endRunOf(c, name)
  local gate = gateOf('c' .. c)
  local hasOpened, ended = gate.hasOpened, call('SREM', prefix .. 'ku:' .. c, name)
  gate.running = gate.running - ended
  check(gate)
  if hasOpened and ended > 0 then
    tellPlaces(call('SMEMBERS', prefix .. 'kl:' .. gate.id), ended)
  end
end

local function endRun(record)
  local limits = limitsOf(record)
  if limits.c ~= '-' then
    endRunOf(limits.c, record.name)
  end
end

-- A rate that no live job had begins anew, unless its starts still count: by its own time, not by that of whoever comes.
local function wakeRate(gate)
  local last = tonumber(call('LINDEX', prefix .. 'ks:' .. gate.key, -1) or '')
  if last and last + gate.per <= now then
    call('DEL', prefix .. 'ks:' .. gate.key)
    gate.isUnknown = true
  end
end

local function joinGate(id, max, per, isNewest)
  local gate = gateOf(id)
  if call('HINCRBY', gate.hash, 'live', 1) == 1 and gate.kind == 'r' then
    call('ZREM', prefix .. 'kx', gate.key)
    wakeRate(gate)
  end
  if isNewest or gate.isUnknown then
    call('HSET', gate.hash, 'max', max, 'per', per)
    gate.max, gate.per, gate.isUnknown = tonumber(max), tonumber(per), false
    check(gate)
  end
end

local function beginLifeKeyed(record, isNewest)
  local limits = limitsOf(record)
  call('HINCRBY', prefix .. 'gk:' .. limits.group, 'live', 1)
  if limits.c ~= '-' then
    joinGate('c' .. limits.c, limits.cMax, '0', isNewest)
  end
  if limits.r ~= '-' then
    joinGate('r' .. limits.r, limits.rMax, limits.per, isNewest)
  end
end

local function forgetGate(gate)
  local log = gate.kind == 'c' and 'ku:' or 'ks:'
  call('DEL', gate.hash, prefix .. log .. gate.key, prefix .. 'kl:' .. gate.id)
  gates[gate.id] = nil
end

-- A rate is kept as long as its starts count.
local function forgetRate(key)
  call('ZREM', prefix .. 'rh', key)
  call('ZREM', prefix .. 'kx', key)
  forgetGate(gateOf('r' .. key))
end

local function partFromGate(id)
  local gate = gateOf(id)
  if call('HINCRBY', gate.hash, 'live', -1) > 0 then
    return
  elseif gate.kind == 'c' then
    return forgetGate(gate)
  end
  local last = tonumber(call('LINDEX', prefix .. 'ks:' .. gate.key, -1) or '')
  if last and last + gate.per > now then
    call('ZADD', prefix .. 'kx', digits(last + gate.per), gate.key)
  else
    forgetRate(gate.key)
  end
end

local function endLifeKeyed(limits)
  if call('HINCRBY', prefix .. 'gk:' .. limits.group, 'live', -1) <= 0 then
    call('DEL', prefix .. 'gk:' .. limits.group)
    groups[limits.group] = nil
  end
  if limits.c ~= '-' then
    partFromGate('c' .. limits.c)
  end
  if limits.r ~= '-' then
    partFromGate('r' .. limits.r)
  end
end

-- Where jobs of these types, each between blanks, are ready.
local function placesOf(typesText)
  local counts, places = call('HGETALL', prefix .. 'pk'), {}
  for i = 1, #counts, 2 do
    if find(typesText, ' ' .. sub(counts[i], 3) .. ' ', 1, true) then
      places[#places + 1] = counts[i]
    end
  end
  return places
end

-- The job at a place whose turn it is, as `isReady` knows it by its ticket. What is not ready any more, against all rules, goes.
local function firstAt(place, isReady)
  while true do
    local group, turn = nextAt(place)
    if not group then
      return nil
    end
    local first = call('ZRANGE', readyKey(place, group), 0, 0, 'WITHSCORES')
    local name, order = first[1], tonumber(first[2])
    if name and isReady(name, order < 0 and order + frontZone or order) then
      return { place = place, rank = tonumber(sub(place, 1, 1)), group = group, name = name, turn = turn, order = order }
    elseif name then
      dropReady(group, place, name)
      countReady({ rank = sub(place, 1, 1), type = sub(place, 3) }, -1)
    end
    seat(group, place)
  end
end

-- Forgets rates that are over.
local function tidyRates(most)
  local over = call('ZRANGEBYSCORE', prefix .. 'kx', '-inf', nowText, 'LIMIT', 0, most)
  for i = 1, #over do
    forgetRate(over[i])
  end
end
