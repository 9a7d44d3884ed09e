-- What falls due: waiting jobs that are told of an end, delayed and retrying jobs whose time has come, leases that are over.
-- Each in bounded steps; `cutShort` says that a bound left something for the next step.
local mostEdges, mostPromoted, mostReclaimed = 64, 128, 64
local cutShort = false
if number('large') > 0 then
  mostPromoted, mostReclaimed = 8, 8
end

-- The live job that blocks those behind an ended one from now on; nil when they are free. One that lives again before they
-- were told is again the one they wait for.
local function heirOf(record)
  while record and isFinal(record) do
    local heir = call('HGET', side(record), 'h')
    record = heir and recordOf(heir)
  end
  return record or nil
end

local function followEdge(name, ended, behindName)
  local behind = recordOf(behindName)
  if not behind or (has(behind, 'd') and rare().followTie(name, ended, behind)) or not ended then
    return
  end
  local blocked = behind.status == 'B' and call('HGET', side(behind), 'b') == ended.name
  -- One that was cancelled while it waited hands its own waiting on to whatever it would have waited for now.
  local handsOn = not blocked and isFinal(behind) and call('HGET', side(behind), 'h') == ended.name
  if not blocked and not handsOn then
    return
  end
  local heir = heirOf(ended)
  if handsOn then
    if heir then
      call('HSET', side(behind), 'h', heir.name)
    else
      call('HDEL', side(behind), 'h')
    end
  elseif heir then
    block(behind, heir.name)
  else
    call('HDEL', side(behind), 'b')
    makeReady(behind, now)
  end
end

-- All who waited for an end have been told.
local function closeEdges(ended)
  add('outs', -1)
  call('LPOP', prefix .. 'out')
  if not ended then
    return
  end
  local isTold = call('HINCRBY', side(ended), 'o', -1) <= 0
  if not isTold or not isFinal(ended) or (ended.isParent and rare().isTied(ended)) then
    return
  end
  if call('HGET', side(ended), 'd') then
    forget(ended)
  elseif ended.isParent then
    rare().letGo(ended)
  else
    touch(ended)
    mayRemove(ended)
  end
end

-- Lets those go that an ended job depended on, as many as a step may; whether all are done, and how many there were.
local function leaveParents(entry, ended, from, most)
  if not ended or not isFinal(ended) or not has(ended, 'd') then
    return true, 0
  elseif most == 0 then
    return false, 0
  end
  local at, count = rare().untieSome(ended, from, most)
  if at then
    call('LSET', prefix .. 'out', 0, entry .. ' ' .. digits(at))
  end
  return not at, count
end

local function followEdges()
  local left = mostEdges
  while number('outs') > 0 and left > 0 do
    local n, name, seq, from = match(call('LINDEX', prefix .. 'out', 0) or '', '^(%d+) (%S+) ?(%d*) ?(%d*)$')
    if not n then
      return replace('outs', 0)
    end
    local ended = recordOf(name)
    if ended and seq ~= '' and ended.seq ~= tonumber(seq) then
      ended = nil
    end
    local behind = call('LPOP', prefix .. 'q:' .. n, left) or {}
    left = left - #behind
    for i = 1, #behind do
      followEdge(name, ended, behind[i])
    end
    if call('EXISTS', prefix .. 'q:' .. n) == 0 then
      local entry = concat({ n, name, seq }, ' ')
      local isDone, count = leaveParents(entry, ended, tonumber(from) or 1, left)
      left = left - math.max(count, #behind == 0 and 1 or 0)
      if isDone then
        closeEdges(ended)
      end
    end
  end
  cutShort = cutShort or number('outs') > 0
end

local function promoteDue()
  local names = call('ZRANGEBYSCORE', prefix .. 'due', '-inf', digits(now), 'LIMIT', 0, mostPromoted)
  load(names)
  for i = 1, #names do
    local record = recordOf(names[i])
    if record and (record.status == 'D' or record.status == 'R') then
      makeReady(record, record.readyAt)
    else
      leavesDue[#leavesDue + 1] = names[i]
    end
  end
  cutShort = cutShort or #names == mostPromoted
end

-- An expired lease is a failed attempt: ready again at once, or a dead letter when none is left.
local function reclaim(record)
  local type = record.type
  tellTaken(record, 'lost')
  record.fence = nextFence(0)
  record.failures = record.failures + 1
  call('HSET', side(record), 'e', crashed)
  add(type .. ' mk', 1)
  add(type .. ' mf', 1)
  if record.failures < record.maxAttempts then
    add(type .. ' mr', 1)
    makeReady(record, now)
  else
    add(type .. ' md', 1)
    finish(record, 'L', true)
  end
end

-- Answers `<name> <type> <status letter> <failures>` for each.
local function reclaimExpired()
  local told = {}
  local names = call('ZRANGEBYSCORE', prefix .. 'lease', '-inf', digits(now), 'LIMIT', 0, mostReclaimed)
  load(names)
  for i = 1, #names do
    local record = recordOf(names[i])
    if record and record.status == 'W' then
      reclaim(record)
      told[#told + 1] = concat({ record.name, record.type, record.status, record.failures }, ' ')
    else
      leavesLease[#leavesLease + 1] = names[i]
    end
  end
  cutShort = cutShort or #names == mostReclaimed
  return told
end

-- All that is due. Answers what was reclaimed, and whether a bound left something for the next step.
local function followDue()
  followEdges()
  promoteDue()
  local reclaimed = reclaimExpired()
  return reclaimed, cutShort
end
