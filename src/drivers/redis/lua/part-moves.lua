-- How a job moves: each function takes it out of the index of its state, puts it into another and keeps the counts. A ready
-- job that leaves otherwise than by a claim keeps a stale entry in its list (`stale` counts them): taking one out of the middle
-- of a list costs its length.
-- The order of jobs that were handed back lies so far below that of all others.
local frontZone = 4503599627370496
local crashed = '{"code":"CRASHED","name":"RiptideError",'
  .. '"message":"the worker that ran this job was lost: its lease expired"}'

-- Counts a job in the state it has, or no longer.
local function count(record, n)
  if record.status ~= 'P' then
    add(record.type .. ' ' .. record.status, n)
  elseif has(record, 'k') then
    keys().count(record, n)
  else
    addReady(record.rank .. ':' .. record.type, n)
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
  if has(record, 'k') then
    return keys().leaveReady(record)
  end
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

-- One that came to wait in this very step is not written there yet.
local function leaveDue(record)
  leavesDue[#leavesDue + 1] = record.name
  for i = record.joinsDue and #joinsDue or 0, 2, -2 do
    if joinsDue[i] == record.name then
      table.remove(joinsDue, i)
      table.remove(joinsDue, i - 1)
    end
  end
  record.joinsDue = nil
end

local function leave(record)
  local status = record.status
  if not status then
    return
  end
  count(record, -1)
  if status == 'W' then
    leavesLease[#leavesLease + 1] = record.name
    if has(record, 'k') then
      keys().endRun(record)
    end
  elseif status == 'D' or status == 'R' then
    leaveDue(record)
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
  if has(record, 'k') then
    return keys().lineUp(record, record.ticket)
  end
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
  if has(record, 'k') then
    return keys().lineUp(record, record.ticket - frontZone)
  end
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
  record.joinsDue = true
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
  if record.isParent then
    call('ZREM', prefix .. 'hd', record.name)
  end
  count(record, -1)
  if bytes then
    add('h' .. record.status, -1)
    add('b' .. record.status, -bytes)
  end
  removeJob(record.name, record.seq)
end

-- Whether others wait for its end, or it depended on some, who are kept for it: then an outbox entry is made, and later cycles
-- tell them. Entry: `<n> <name> <seq>`, while its own ties are let go then the place of the next.
local function appendEnd(record)
  local mayWait = record.schedule ~= '-' or (record.isParent and rare().isTied(record))
  local waits = mayWait and call('EXISTS', prefix .. 'b:' .. record.name) == 1
  if record.isParent and not mayWait then
    -- Those that waited have ended before.
    call('DEL', prefix .. 'b:' .. record.name)
  end
  if not waits and (record.isUntied or not has(record, 'd')) then
    return false
  end
  local n = number('out') + 1
  replace('out', n)
  if waits then
    call('RENAME', prefix .. 'b:' .. record.name, prefix .. 'q:' .. digits(n))
  end
  call('RPUSH', prefix .. 'out', digits(n) .. ' ' .. record.name .. ' ' .. digits(record.seq))
  call('HINCRBY', side(record), 'o', 1)
  add('outs', 1)
  gain('*')
  return true
end

-- What a life holds besides its record, and its keys, is free.
local function dropHoldings(record)
  if record.dedupeKey ~= '-' and not find(record.flags, '[hu]') then
    call('HDEL', prefix .. 'k', record.dedupeKey)
  end
  if record.schedule ~= '-' then
    call('ZREM', prefix .. 'g:' .. record.schedule, record.name)
  end
end

local function endLife(record)
  dropHoldings(record)
  if has(record, 'k') then
    keys().endLife(keys().limitsOf(record))
  end
end

-- Whether more than its outbox hangs on the end of a job: others that are tied to it, ties of its own, a notice.
local function hasTies(record)
  return record.flags ~= '-' or record.isParent or number('noticed') > 0
end

-- A job reached a final state. Without `keep` it goes at once, unless others must be told first, or need it.
local function finish(record, status, keep)
  local blocker = record.status == 'B' and call('HGET', side(record), 'b')
  leave(record)
  enter(record, status)
  record.completedAt = nowText
  if blocker then
    call('HDEL', side(record), 'b')
    call('HSET', side(record), 'h', blocker)
  end
  endLife(record)
  tellEnded(record.name, status, record.type)
  local isHeld = hasTies(record) and rare().hold(record)
  if appendEnd(record) or isHeld then
    if not keep then
      call('HSET', side(record), 'd', 1)
    end
  elseif keep then
    mayRemove(record)
  else
    forget(record)
  end
end

-- Runs have ended, and whoever made this step took nothing in place of so many of them: where the limits of the whole queue held
-- jobs up, of whichever type, as many may start. While nothing is ready nobody is held up.
local function freeSlots(n)
  local isAny = false
  for _, key in ipairs({ 'p', 'pk' }) do
    local counts = call('HGETALL', prefix .. key)
    for i = 1, #counts, 2 do
      local left = counts[i + 1] + (key == 'p' and readyAdded[counts[i]] or 0)
      if left > 0 and sub(counts[i], 3, 10) ~= 'riptide.' then
        isAny = true
        gain(sub(counts[i], 3), math.min(n, left))
      end
    end
  end
  if not isAny then
    replace('limited', 0)
  end
end
