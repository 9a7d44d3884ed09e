-- Who depends on whom. `w:<child>` has those that a job waits for, in the order of its terms: the score is four times the place
-- there, and its rule. `d:<parent>` has the live jobs that depend on one, whether it has ended or not: it stays for them. Who
-- waits for a job stands in its list `b:`, as those behind it in the line of a schedule do.
local rules = { f = 0, c = 1, i = 2 }
local heads, mostDependencies = {}, 1000

-- A job without what stands behind its lines, which may be megabytes; nil when there is none.
local function headOf(name)
  if records[name] or texts[name] then
    return recordOf(name)
  elseif texts[name] == nil and heads[name] == nil then
    local key = prefix .. 'j:' .. name
    local text = call('GETRANGE', key, 0, 4095)
    local eol = find(text, '\n', 1, true)
    if #text == 4096 and not (eol and find(text, '\n', eol + 1, true)) then
      text = call('GET', key)
    end
    heads[name] = text ~= '' and parseRecord(name, text) or false
    if heads[name] then
      heads[name].isHead, heads[name].rankAt = true, match(text, '^[^\n]*\n%d+ %S+ ()%d')
    end
  end
  return texts[name] == nil and heads[name] or nil
end

-- From now on it says that others depend on it, which no plain job does. Of one that has not been read a single sign is changed.
local function markParent(record)
  if record.isParent then
    return
  end
  record.isParent = true
  if record.isHead then
    call('SETRANGE', prefix .. 'j:' .. record.name, record.rankAt - 1, digits(record.rank + 4))
  else
    refix(record)
    local wasFresh = record.fresh
    touch(record)
    record.fresh = wasFresh
  end
end

local function isTied(record)
  return record.isParent and call('EXISTS', prefix .. 'd:' .. record.name) == 1
end

-- Whether nobody is still to be told of an end of it.
local function isTold(record)
  return tonumber(call('HGET', side(record), 'o') or 0) == 0
end

-- Takes an ended job out of what retention counts; its entry there is stale then.
local function unlist(record)
  if not isFinal(record) or isTied(record) or not isTold(record) then
    return
  elseif record.listed then
    record.listed = nil
  else
    add('h' .. record.status, -1)
    add('b' .. record.status, -call('STRLEN', prefix .. 'j:' .. record.name))
  end
end

-- A result whose time was over while others needed it stands first among those that are.
local function listResult(record)
  if call('HDEL', side(record), 'v') == 0 then
    return
  end
  push(joinsList, 'x:0', record.name)
  if number('x0') == 0 then
    replace('x0', 1)
    call('SADD', prefix .. 'xs', '0')
  end
end

-- `hd` has the ended jobs that are kept for others.
local function noteHeldJob(record)
  if isFinal(record) then
    call('ZADD', prefix .. 'hd', digits(record.seq), record.name)
  end
end

-- Nobody needs it any more: it is as any job that has ended.
local function letGo(record)
  call('ZREM', prefix .. 'hd', record.name)
  if call('HGET', side(record), 'd') then
    heads[record.name] = nil
    return forget(record)
  end
  listResult(record)
  if record.isHead then
    push(joinsList, 'e:' .. record.status, record.generation .. ':' .. record.name)
    add('h' .. record.status, 1)
    add('b' .. record.status, call('STRLEN', prefix .. 'j:' .. record.name))
  else
    touch(record)
    mayRemove(record)
  end
end

-- The job of that name does not depend on this one any more.
local function untie(parent, name)
  if call('SREM', prefix .. 'd:' .. parent, name) == 0 then
    return
  end
  local record = headOf(parent)
  if record and isFinal(record) and not isTied(record) and isTold(record) then
    letGo(record)
  end
end

-- Stands last among those that wait for a job. What it left there in an earlier life, or with other content, goes: were it to
-- stay, the list would grow with each of these. Looked for among the last.
local function joinAgain(parent, name)
  local list = prefix .. 'b:' .. parent
  if call('LPOS', list, name, 'RANK', -1, 'MAXLEN', 1024) then
    call('LREM', list, -1, name)
  end
  call('RPUSH', list, name)
end

-- Ties a job to those of its dependencies that stand here. `isOpen` says which it waits for; answers how many these are.
local function tie(record, dependencies, isOpen, isNew)
  local waits = {}
  for i = 1, #dependencies do
    local one = dependencies[i]
    local parent = headOf(one.name)
    if parent then
      unlist(parent)
      markParent(parent)
      call('SADD', prefix .. 'd:' .. one.name, record.name)
      noteHeldJob(parent)
      if isOpen(parent, one) then
        waits[#waits + 1] = digits(i * 4 + rules[one.rule])
        waits[#waits + 1] = one.name
        if isNew then
          call('RPUSH', prefix .. 'b:' .. one.name, record.name)
        else
          joinAgain(one.name, record.name)
        end
      end
    end
  end
  if #waits > 0 then
    call('ZADD', prefix .. 'w:' .. record.name, unpack(waits))
  end
  return #waits / 2
end

local function isLive(record)
  return not isFinal(record)
end

-- What becomes of a job when one that it depends on has ended: the state, or nil where it goes on.
local function endBy(rule, parent)
  if parent.status == 'C' or rule == 'i' then
    return nil
  end
  return rule == 'c' and 'X' or 'L'
end

-- A job ends by the rule of one that it depends on.
local function endFor(record, parent, status)
  local as = ', which this one depends on, ended as ' .. statusNames[parent.status]
  if status == 'X' then
    call('HSET', side(record), 'r', 'job ' .. wordOfName(parent.name) .. as)
    add(record.type .. ' mx', 1)
  else
    local message = 'job ' .. jsonOfName(parent.name) .. as
    call('HSET', side(record), 'e', '{"code":"DEPENDENCY_FAILED","name":"RiptideError","message":"' .. message .. '"}')
    add(record.type .. ' md', 1)
  end
  finish(record, status, true)
end

-- All that it waited for has let it go.
local function setFree(record)
  if record.readyAt > now then
    postpone(record, 'D', record.readyAt)
  else
    makeReady(record, now)
  end
end

-- Follows the edge from a job that has ended to one that waits for it. Where that is gone, it holds nobody up. False when the
-- one does not wait for the other.
local function followTie(name, parent, child)
  local place = has(child, 'd') and tonumber(call('ZSCORE', prefix .. 'w:' .. child.name, name) or '')
  if not place then
    return false
  elseif parent and isLive(parent) then
    -- It lives again.
    joinAgain(name, child.name)
    return true
  end
  local rule = ({ [0] = 'f', 'c', 'i' })[place % 4]
  local status = parent and endBy(rule, parent)
  if status then
    endFor(child, parent, status)
    return true
  end
  call('ZREM', prefix .. 'w:' .. child.name, name)
  if call('EXISTS', prefix .. 'w:' .. child.name) == 0 then
    setFree(child)
  end
  return true
end

-- A job that has ended depends on nobody any more: unties it from up to `most` of those that it did, from a place on. The place
-- of the next, nil when there is none, and how many there were.
local function untieSome(record, from, most)
  local dependencies = termsOf(record).dependencies
  local last = math.min(#dependencies, from + most - 1)
  for i = from, last do
    untie(dependencies[i].name, record.name)
  end
  return last < #dependencies and last + 1 or nil, math.max(0, last - from + 1)
end

-- Whether one of these waits for the job, over however many others: then neither would ever run. Also when that is too far to
-- see.
local function leadTo(name, parents)
  local seen, left, at = {}, { unpack(parents) }, 1
  while left[at] do
    if left[at] == name or at > 10000 then
      return true
    end
    for _, one in ipairs(call('ZRANGE', prefix .. 'w:' .. left[at], 0, -1)) do
      if not seen[one] then
        seen[one] = true
        left[#left + 1] = one
      end
    end
    at = at + 1
  end
  return false
end

-- The same of all, at once.
local function untieAll(record)
  untieSome(record, 1, mostDependencies)
end
