-- Puts right what jobs share: ties to jobs that are gone, and keys. Each answers what was mended, nil for nothing.
local mostLooked = 2048
local tiesLooked = 0

-- A live job that depends on others: those that are there are tied to it, and it waits for none that cannot let it go.
local function mendTies(record, nobodyIsDue)
  local mended
  local dependencies = termsOf(record).dependencies
  tiesLooked = tiesLooked + #dependencies
  if tiesLooked > mostLooked then
    return nil
  end
  for i = 1, #dependencies do
    local parent = headOf(dependencies[i].name)
    if parent and call('SISMEMBER', prefix .. 'd:' .. parent.name, record.name) == 0 then
      tie(record, { dependencies[i] }, function()
        return false
      end)
      mended = 'tie'
    end
  end
  if record.status ~= 'B' then
    return mended
  end
  local waits = call('ZRANGE', prefix .. 'w:' .. record.name, 0, -1)
  for i = 1, #waits do
    local parent = headOf(waits[i])
    if parent and isLive(parent) then
      markParent(parent)
      if not call('LPOS', prefix .. 'b:' .. waits[i], record.name) then
        call('RPUSH', prefix .. 'b:' .. waits[i], record.name)
        mended = 'blocked'
      end
    elseif nobodyIsDue and record.status == 'B' then
      followTie(waits[i], parent, record)
      mended = 'blocked'
    end
  end
  if #waits == 0 and call('HEXISTS', side(record), 'b') == 0 then
    setFree(record)
    mended = 'blocked'
  end
  return mended
end

-- An ended job that is kept for others: those of them that are gone, or have ended, need it no more.
local function mendParent(record)
  local mended
  for _, name in ipairs(call('SRANDMEMBER', prefix .. 'd:' .. record.name, 16)) do
    local child = headOf(name)
    if not child or (isFinal(child) and isTold(child)) then
      untie(record.name, name)
      mended = 'tie'
    end
  end
  return mended
end
