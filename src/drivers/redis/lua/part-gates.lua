-- Keys that jobs share: how many jobs of a concurrency key run at once, how many of a rate key start within a time. A key is a
-- gate here, `c<key>` or `r<key>`: open while it lets another job start. Jobs with the same pair of keys are a group, `<c> <r>`.
-- `kc:<key>` has `max`, `live`; `ku:<key>` the names of its running jobs; `kr:<key>` has `max`, `per`, `live`; `ks:<key>` its
-- last starts; `kx` when rates that no live job has are over; `gk:<group>` has `live`, `turn`, and for each place `<rank>:<type>`
-- where it has ready jobs the kind of the gate that it waits at (see part-turns).
local gates, groups = {}, {}

-- When the next start of a rate is allowed; nil for now.
local function freeAtOf(key, max, per)
  local at = tonumber(call('LINDEX', prefix .. 'ks:' .. key, -max) or '')
  return at and at + per > now and at + per or nil
end

local function look(gate)
  if gate.kind == 'c' then
    gate.isOpen = gate.running < gate.max
  else
    gate.freeAt = freeAtOf(gate.key, gate.max, gate.per)
    gate.isOpen = not gate.freeAt
  end
end

local function gateOf(id)
  local gate = gates[id]
  if not gate then
    local kind, key = sub(id, 1, 1), sub(id, 2)
    gate = { id = id, kind = kind, key = key, hash = prefix .. 'k' .. kind .. ':' .. key }
    local values = call('HMGET', gate.hash, 'max', 'per')
    gate.max, gate.per, gate.isUnknown = tonumber(values[1] or 1), tonumber(values[2] or 0), not values[1]
    gate.running = kind == 'c' and call('SCARD', prefix .. 'ku:' .. key) or 0
    look(gate)
    gates[id] = gate
  end
  return gate
end

local function groupNamed(word)
  local group = groups[word]
  if not group then
    local c, r = match(word, '^(%S+) (%S+)$')
    group = { word = word, hash = prefix .. 'gk:' .. word, turn = 0, lots = {} }
    group.c, group.r = c ~= '-' and 'c' .. c, r ~= '-' and 'r' .. r
    local fields = call('HGETALL', group.hash)
    for i = 1, #fields, 2 do
      if fields[i] == 'turn' then
        group.turn = tonumber(fields[i + 1])
      elseif fields[i] ~= 'live' then
        group.lots[fields[i]] = fields[i + 1]
      end
    end
    groups[word] = group
  end
  return group
end

local function isOpen(group)
  return (not group.c or gateOf(group.c).isOpen) and (not group.r or gateOf(group.r).isOpen)
end

-- Its keys, as its terms have them: `<c> <max> <r> <max> <per>`.
local function limitsOf(record)
  local limits = record.limits
  if not limits then
    local text = call('HGET', side(record), 'g') or '- 1 - 1 0'
    local c, cMax, r, rMax, per = match(text, '^(%S+) (%d+) (%S+) (%d+) (%d+)$')
    limits = { c = c, cMax = cMax, r = r, rMax = rMax, per = per, group = c .. ' ' .. r }
    record.limits = limits
  end
  return limits
end
