-- How a job moves: each function takes it out of the index of its state, puts it into another and keeps the counts. A ready
-- job that leaves otherwise than by a claim keeps a stale entry in its list (`stale` counts them): taking one out of the middle
-- of a list costs its length.
local crashed = '{"code":"CRASHED","name":"RiptideError",'
  .. '"message":"the worker that ran this job was lost: its lease expired"}'

-- Counts a job in the state it has, or no longer.
local function count(record, n)
  if record.status == 'P' then
    addReady(record.rank .. ':' .. record.type, n)
  else
    add(record.type .. ' ' .. record.status, n)
  end
end

local function enter(record, status)
  record.status = status
  count(record, 1)
  touch(record)
  if find('PDRBW', status, 1, true) and tellsMoves() then
    tellMoved(record.name, status, record.type)
  end
end

local function side(record)
  return prefix .. 's:' .. record.name
end

-- A ready job goes otherwise than by a claim.
local function leaveReady(record)
  local entry = digits(record.ticket) .. ':' .. record.name
  if number('fronts') > 0 and call('ZREM', prefix .. 'f:' .. record.rank .. ':' .. record.type, entry) == 1 then
    add('fronts', -1)
  else
    add('stale', 1)
  end
  if number('late') > 0 then
    add('late', -call('ZREM', prefix .. 'late', record.name))
  end
end

local function leave(record)
  local status = record.status
  if not status then
    return
  end
  count(record, -1)
  if status == 'W' then
    leavesLease[#leavesLease + 1] = record.name
  elseif status == 'D' or status == 'R' then
    leavesDue[#leavesDue + 1] = record.name
  elseif status == 'P' then
    leaveReady(record)
  end
end

-- A list is in the order of `readyAt` but for those in `late`.
local function noteReadyAt(name, type, rank, readyAt)
  local latest = type .. ' l' .. rank
  if readyAt < number(latest) then
    call('ZADD', prefix .. 'late', digits(readyAt), name)
    add('late', 1)
  else
    replace(latest, readyAt)
  end
end

-- Stands at the end of its class from now on.
local function lineUp(record)
  local entries = entriesOf(record.type, record.rank)
  entries[#entries + 1] = digits(record.ticket) .. ':' .. record.name
  noteReadyAt(record.name, record.type, record.rank, record.readyAt)
  gain(record.type)
end

local function makeReady(record, readyAt)
  leave(record)
  record.ticket = nextNumber()
  record.readyAt = readyAt
  enter(record, 'P')
  lineUp(record)
end

-- Ready again as though it had never been taken: in front of its class, of several in the order they had.
local function giveBack(record)
  leave(record)
  record.readyAt = now
  enter(record, 'P')
  local ticket = digits(record.ticket)
  call('ZADD', prefix .. 'f:' .. record.rank .. ':' .. record.type, ticket, ticket .. ':' .. record.name)
  add('fronts', 1)
  gain(record.type)
end

-- Waits for its time. Someone who sleeps is told when nothing falls due earlier.
local function postpone(record, status, dueAt)
  leave(record)
  record.readyAt = dueAt
  enter(record, status)
  joinsDue[#joinsDue + 1] = digits(dueAt)
  joinsDue[#joinsDue + 1] = record.name
  local first = call('ZRANGE', prefix .. 'due', 0, 0, 'WITHSCORES')
  if not first[2] or dueAt < tonumber(first[2]) then
    gain(record.type)
  end
end

local function block(record, blocker)
  if record.status ~= 'B' then
    leave(record)
    enter(record, 'B')
  end
  call('HSET', side(record), 'b', blocker)
  call('RPUSH', prefix .. 'b:' .. blocker, record.name)
end

local function isFinal(record)
  return record.status == 'C' or record.status == 'L' or record.status == 'X'
end

-- From now on retention may remove it.
local function mayRemove(record)
  push(joinsList, 'e:' .. record.status, record.generation .. ':' .. record.name)
  record.listed = true
end

-- Takes all that is kept of a final job away; `bytes` of one that retention has counted.
local function forget(record, bytes)
  record.gone = true
  records[record.name] = nil
  count(record, -1)
  if bytes then
    add('h' .. record.status, -1)
    add('b' .. record.status, -bytes)
  end
  removeJob(record.name, record.seq)
end

-- Whether others wait for its end: then an outbox entry is made, and they are told by later cycles.
local function hasWaiting(record)
  if record.schedule == '-' or call('EXISTS', prefix .. 'b:' .. record.name) == 0 then
    return false
  end
  local n = number('out') + 1
  replace('out', n)
  call('RENAME', prefix .. 'b:' .. record.name, prefix .. 'q:' .. digits(n))
  call('RPUSH', prefix .. 'out', digits(n) .. ' ' .. record.name)
  call('HINCRBY', side(record), 'o', 1)
  add('outs', 1)
  gain('*')
  return true
end

-- A job reached a final state. Without `keep` it goes at once, unless others must be told first.
local function finish(record, status, keep)
  local blocker = record.status == 'B' and call('HGET', side(record), 'b')
  leave(record)
  enter(record, status)
  record.completedAt = nowText
  if blocker then
    call('HDEL', side(record), 'b')
    call('HSET', side(record), 'h', blocker)
  end
  if record.dedupeKey ~= '-' then
    call('HDEL', prefix .. 'k', record.dedupeKey)
  end
  if record.schedule ~= '-' then
    call('ZREM', prefix .. 'g:' .. record.schedule, record.name)
  end
  tellEnded(record.name, status, record.type)
  if hasWaiting(record) then
    if not keep then
      call('HSET', side(record), 'd', 1)
    end
  elseif keep then
    mayRemove(record)
  else
    forget(record)
  end
end
