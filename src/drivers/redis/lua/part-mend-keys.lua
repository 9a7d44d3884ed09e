-- Puts right what is known of the keys of a job: where it is ready, and whether it runs. Runs of a key are looked at, some of
-- them, once a step. Answers what was mended, nil for nothing.
local gatesLooked = {}

local function mendRuns(gate)
  local mended
  for _, name in ipairs(call('SRANDMEMBER', prefix .. 'ku:' .. gate.key, 64)) do
    if call('GETRANGE', prefix .. 'j:' .. name, 0, 0) ~= 'W' then
      endRunOf(gate.key, name)
      mended = 'key'
    end
  end
  return mended
end

local function mendKeyed(record)
  local limits, mended = limitsOf(record), nil
  local group, place = groupNamed(limits.group), record.rank .. ':' .. record.type
  if record.status == 'P' and not call('ZSCORE', readyKey(place, group), record.name) then
    lineUpKeyed(record, record.ticket)
    mended = 'ready'
  elseif record.status == 'P' and not call('ZSCORE', lotKey(place, group[group.lots[place] or 'c'] or ''), group.word) then
    group.lots[place] = nil
    seat(group, place)
    mended = 'key'
  end
  if limits.c == '-' then
    return mended
  end
  local gate = gateOf('c' .. limits.c)
  if record.status == 'W' then
    local added = call('SADD', prefix .. 'ku:' .. gate.key, record.name)
    gate.running = gate.running + added
    check(gate)
    mended = added == 1 and 'key' or mended
  end
  if not gatesLooked[gate.id] then
    gatesLooked[gate.id] = true
    mended = mendRuns(gate) or mended
  end
  return mended
end
