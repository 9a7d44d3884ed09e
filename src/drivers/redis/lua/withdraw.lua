-- Lets jobs and schedules go to another store, those that stand as they were exported, and keeps the text that says which: `mo`
-- has the last withdrawal, its token `t`, its text `x` and its answers `a`. That ends no job: nobody is told and nothing counted.
-- KEYS[1] `{namespace}:n`
-- ARGV: time, '1' in a cluster, token, token of the last withdrawal or '-', text, number of jobs, for each: name, revision; then
--   for each schedule: id, revision
-- Reply: `stale` | `done`, then what became of the jobs and on a second line of the schedules, for each `gone` | `changed` |
--   `running` | `bound` | `missing`
local longestSearched = 1024
local jobsEnd, jobs, schedules = 6 + ARGV[6] * 2, {}, {}
local endedLists, resultLists = {}, {}

-- What stands in a record's lines, with what is not there: it changes with the job.
local function revisionOf(record, blocker, waits)
  local stateLine, fixedLine = match(texts[record.name], '^([^\n]*)\n([^\n]*)')
  return concat({ blocker or '-', #waits, stateLine, fixedLine }, ' ')
end

local function stands(names)
  for i = 1, #names do
    if call('EXISTS', prefix .. 'j:' .. names[i]) == 1 and recordOf(names[i]) then
      return true
    end
  end
  return false
end

-- Those that leave mostly stand at the head of their list.
local function leaveList(record)
  if has(record, 'k') then
    return keys().leaveReady(record)
  end
  local key = prefix .. 'r:' .. record.rank .. ':' .. record.type
  local entry = digits(record.ticket) .. ':' .. record.name
  if number('fronts') > 0 and call('ZREM', prefix .. 'f:' .. record.rank .. ':' .. record.type, entry) == 1 then
    add('fronts', -1)
  elseif call('LINDEX', key, 0) == entry then
    call('LPOP', key)
  elseif call('LLEN', key) > longestSearched or call('LREM', key, 1, entry) == 0 then
    add('stale', 1)
  end
  if number('late') > 0 then
    add('late', -call('ZREM', prefix .. 'late', record.name))
  end
end

local function take(record, blocker)
  local status = record.status
  if isFinal(record) then
    endedLists[status] = true
    local over = match(record.result, '^%a(%d+)')
    if over then
      resultLists[digits(over - record.completedAt)] = true
    end
    local isHeld = record.isParent and rare().isTied(record)
    if record.isParent then
      call('ZREM', prefix .. 'hd', record.name)
    end
    return forget(record, not isHeld and call('STRLEN', prefix .. 'j:' .. record.name) or nil)
  end
  if status == 'P' then
    leaveList(record)
  elseif status == 'B' then
    call('LREM', prefix .. 'b:' .. (blocker or ''), 1, record.name)
  else
    leavesDue[#leavesDue + 1] = record.name
  end
  endLife(record)
  if has(record, 'd') then
    call('DEL', prefix .. 'w:' .. record.name)
    rare().untieAll(record)
  end
  forget(record)
end

local function withdraw(name, revision)
  local record = recordOf(name)
  if not record then
    return 'missing'
  elseif record.status == 'W' then
    return 'running'
  end
  local blocker = call('HGET', side(record), 'b')
  local waits = record.status == 'B' and call('ZRANGE', prefix .. 'w:' .. name, 0, -1) or {}
  if revisionOf(record, blocker, waits) ~= revision then
    return 'changed'
  elseif tonumber(call('HGET', side(record), 'o') or 0) > 0 or (blocker and recordOf(blocker)) or stands(waits) then
    return 'bound'
  end
  take(record, blocker)
  return 'gone'
end

local function withdrawSchedule(id, revision)
  local one = readSchedule(id)
  if not one then
    return 'missing'
  elseif concat({ one.version, one.digest, one.enabled, one.nextSlot, one.fired, one.skipped }, ' ') ~= revision then
    return 'changed'
  elseif call('EXISTS', prefix .. 'g:' .. id) == 1 then
    return 'bound'
  end
  call('HDEL', prefix .. 'g', id)
  call('HDEL', prefix .. 'gn', one.name)
  call('PUBLISH', prefix .. 'sc', '')
  return 'gone'
end

-- Takes entries of jobs that have gone, or live again, off the head of a list.
local function sweep(key)
  local done = 0
  for _, entry in ipairs(call('LRANGE', key, 0, 255)) do
    local name = match(entry, ':(.+)$') or entry
    local status = texts[name] ~= false and call('GETRANGE', prefix .. 'j:' .. name, 0, 0) or ''
    if status ~= '' and find('CLX', status, 1, true) then
      break
    end
    done = done + 1
  end
  if done > 0 then
    call('LPOP', key, done)
  end
end

local function sweepAll()
  for status in pairs(endedLists) do
    sweep(prefix .. 'e:' .. status)
  end
  for ttl in pairs(resultLists) do
    sweep(prefix .. 'x:' .. ttl)
    if call('EXISTS', prefix .. 'x:' .. ttl) == 0 then
      call('SREM', prefix .. 'xs', ttl)
      replace('x' .. ttl, 0)
    end
  end
end

local last = call('HMGET', prefix .. 'mo', 't', 'a')
if last[1] == ARGV[3] then
  return { 'done', last[2] }
elseif (last[1] or '-') ~= ARGV[4] then
  return 'stale'
end
for i = 7, jobsEnd, 2 do
  jobs[#jobs + 1] = withdraw(ARGV[i], ARGV[i + 1])
end
for i = jobsEnd + 1, #ARGV, 2 do
  schedules[#schedules + 1] = withdrawSchedule(ARGV[i], ARGV[i + 1])
end
local said = concat(jobs, ' ') .. '\n' .. concat(schedules, ' ')
call('HSET', prefix .. 'mo', 't', ARGV[3], 'a', said, 'x', ARGV[5])
saveRecords()
saveWrites()
sendHints(ARGV[2] == '1')
sweepAll()
saveNumbers()
return { 'done', said }
