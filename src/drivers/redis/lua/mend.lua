-- Looks through some of the jobs, in the order of their creation, for those that stand in no index of their state, and puts
-- them back: what someone deleted, or Redis evicted, is told by nobody. A list with too few entries gets those it lacks on one
-- way through all jobs: `m` has where that way has come (`at`, `round`), how much it has mended (`mended`), and the lists that it
-- fills: `<cutoff> <round> <bucket>`.
-- KEYS[1] `{namespace}:n`
-- ARGV: time, '1' in a cluster
-- Reply: what was mended, for each a word and the name of the job, or a word and a number's name
local isCluster, mostBuckets, longestSearched = ARGV[2] == '1', 4, 1024
local told, lost = {}, {}
local place = call('HMGET', prefix .. 'm', 'at', 'round', 'mended')
local at, round = tonumber(place[1] or -1), tonumber(place[2] or 0)
local bucket

local function tell(what, name)
  told[#told + 1] = what .. ' ' .. name
end

local function tellAll(what, name)
  if what then
    tell(what, name)
  end
end

local function setNumber(field, n)
  replace(field, n)
  tell('count', (string.gsub(field, ' ', ':')))
end

-- Until when entries of this list are gone, for the jobs that stand here; nil when they are not. `isGone` looks, once a step.
local function cutoffOf(list, isGone, cutoff)
  if lost[list] == nil then
    local mark = call('HGET', prefix .. 'm', list)
    if not mark and isGone() then
      mark = concat({ digits(cutoff), digits(round), digits(bucket) }, ' ')
      call('HSET', prefix .. 'm', list, mark)
    end
    lost[list] = mark or false
  end
  if not lost[list] then
    return nil
  end
  local till, since, from = match(lost[list], '^(%d+) (%d+) (%d+)$')
  local isNext = round == since + 1 and bucket < tonumber(from)
  return (round == tonumber(since) or isNext) and tonumber(till) or nil
end

-- Type and rank of a record, and whether it has keys; the rank is higher by 4 where others depend on the job.
local function placeOf(head)
  local type, rank, rest = match(head, '\n%d+ (%S+) (%d) %d+ %S+ %d+ %d+([^\n]*)')
  local flags = match(rest, '^ %S+ %S+ %S+ %S+ (%S+)') or '-'
  return type, digits(rank % 4), flags
end

local function mendReady(name, type, rank)
  local line = rank .. ':' .. type
  local cutoff = cutoffOf('r:' .. line, function()
    local length, inFront = call('LLEN', prefix .. 'r:' .. line), call('ZCARD', prefix .. 'f:' .. line)
    local ready = call('HGET', prefix .. 'p', line)
    if not ready then
      addReady(line, length + inFront)
      tell('count', line)
    end
    if inFront > 0 and number('fronts') == 0 then
      setNumber('fronts', inFront)
    end
    -- Stale entries make it longer, never shorter. In a long one nobody looks for each job: it is done when it is shorter.
    return length <= longestSearched and length < tonumber(ready or 0) - inFront
  end, number('seq'))
  local record = cutoff and recordOf(name)
  if not record or record.ticket > cutoff then
    return
  end
  local entry = digits(record.ticket) .. ':' .. name
  if not call('ZSCORE', prefix .. 'f:' .. line, entry) and not call('LPOS', prefix .. 'r:' .. line, entry) then
    record.ticket = nextNumber()
    touch(record)
    lineUp(record)
    tell('ready', name)
  end
end

local function mendEnded(name, status)
  local cutoff = cutoffOf('e:' .. status, function()
    return call('LLEN', prefix .. 'e:' .. status) == 0 and number('h' .. status) > 0
  end, now)
  local record = rare().headOf(name)
  if record.isParent then
    tellAll(rare().mendParent(record), name)
    if record.gone then
      return
    elseif rare().isTied(record) then
      return rare().noteHeldJob(record)
    end
  end
  if cutoff and tonumber(record.completedAt) <= cutoff and tonumber(call('HGET', side(record), 'o') or 0) == 0 then
    push(joinsList, 'e:' .. status, record.generation .. ':' .. name)
    tell('ended', name)
  end
end

-- Who waits for a job that is not there, or ended with nobody left to be told, waits in vain.
local function mendBlocked(name)
  local blocker = call('HGET', prefix .. 's:' .. name, 'b')
  if not blocker and call('EXISTS', prefix .. 'w:' .. name) == 1 then
    return
  end
  local status = blocker and call('GETRANGE', prefix .. 'j:' .. blocker, 0, 0) or ''
  if status ~= '' and find('PDRBW', status, 1, true) then
    if not call('LPOS', prefix .. 'b:' .. blocker, name) then
      call('RPUSH', prefix .. 'b:' .. blocker, name)
      tell('blocked', name)
    end
  elseif number('outs') == 0 then
    call('HDEL', prefix .. 's:' .. name, 'b')
    makeReady(recordOf(name), now)
    tell('blocked', name)
  end
end

local function look(seq, name)
  local head = call('GETRANGE', prefix .. 'j:' .. name, 0, 4095)
  local status = sub(head, 1, 1)
  if status == '' then
    call('HDEL', prefix .. 'o:' .. digits(bucket), seq)
    call('DEL', prefix .. 's:' .. name, prefix .. 'l:' .. name, prefix .. 'b:' .. name)
    tell('gone', name)
    return
  end
  local type, rank, flags = placeOf(head)
  if find(flags, 'k', 1, true) and find('PDRBW', status, 1, true) then
    tellAll(keys().mend(recordOf(name)), name)
  end
  if find(flags, 'd', 1, true) and find('PDRBW', status, 1, true) then
    tellAll(rare().mendTies(recordOf(name), number('outs') == 0), name)
  end
  if status == 'P' and not find(flags, 'k', 1, true) then
    mendReady(name, type, rank)
  elseif status == 'W' then
    if not call('ZSCORE', prefix .. 'lease', name) then
      joinsLease[#joinsLease + 1] = nowText
      joinsLease[#joinsLease + 1] = name
      tell('lease', name)
    end
  elseif status == 'D' or status == 'R' then
    if not call('ZSCORE', prefix .. 'due', name) then
      joinsDue[#joinsDue + 1] = digits(recordOf(name).readyAt)
      joinsDue[#joinsDue + 1] = name
      tell('due', name)
    end
  elseif status == 'B' then
    mendBlocked(name)
  elseif find('CLX', status, 1, true) then
    mendEnded(name, status)
  end
end

-- Of jobs that are gone the counts remain: where an index says how many there are, it is right. Not before a whole round
-- has found nothing: an index may lack those that a round still puts back.
local function mendCounts()
  local hasLease = call('EXISTS', prefix .. 'lease') == 1
  local hasDue = call('EXISTS', prefix .. 'due') == 1
  local numbers = call('HGETALL', KEYS[1])
  for i = 1, #numbers, 2 do
    local state = match(numbers[i], ' ([WDR])$')
    local isEmpty = state == 'W' and not hasLease or (state == 'D' or state == 'R') and not hasDue
    if state and isEmpty and numbers[i + 1] ~= '0' then
      setNumber(numbers[i], 0)
    end
  end
  local lines = call('HGETALL', prefix .. 'p')
  for i = 1, #lines, 2 do
    local count = call('LLEN', prefix .. 'r:' .. lines[i]) + call('ZCARD', prefix .. 'f:' .. lines[i])
    if number('stale') == 0 and count ~= tonumber(lines[i + 1]) and not call('HGET', prefix .. 'm', 'r:' .. lines[i]) then
      addReady(lines[i], count - lines[i + 1])
      tell('count', lines[i])
    end
  end
  if #lines == 0 and number('fronts') ~= 0 then
    setNumber('fronts', 0)
  end
  if #lines == 0 and number('stale') ~= 0 then
    setNumber('stale', 0)
  end
  for _, status in ipairs({ 'C', 'L', 'X' }) do
    local kept, counted = call('LLEN', prefix .. 'e:' .. status), number('h' .. status)
    if counted > kept then
      setNumber('h' .. status, kept)
      setNumber('b' .. status, floor(number('b' .. status) * kept / counted))
    end
  end
  local late = call('ZCARD', prefix .. 'late')
  if number('late') ~= late then
    setNumber('late', late)
  end
end

local function walk()
  local buckets = call('ZRANGEBYSCORE', prefix .. 'ob', '(' .. digits(at), '+inf', 'LIMIT', 0, mostBuckets)
  for i = 1, #buckets do
    bucket = tonumber(buckets[i])
    local entries = call('HGETALL', prefix .. 'o:' .. buckets[i])
    if #entries == 0 then
      call('ZREM', prefix .. 'ob', buckets[i])
    end
    for j = 1, #entries, 2 do
      look(entries[j], entries[j + 1])
    end
  end
  return #buckets == mostBuckets
end

-- The round is over: lists that have been filled again are lists like any other.
local function endRound()
  local marks = call('HGETALL', prefix .. 'm')
  for i = 1, #marks, 2 do
    local since = match(marks[i + 1], '^%d+ (%d+) %d+$')
    if since and round > tonumber(since) then
      call('HDEL', prefix .. 'm', marks[i])
    end
  end
end

-- The numbers themselves may be lost: what is made next must not take the places of what is there.
local newest = call('ZREVRANGE', prefix .. 'ob', 0, 0)[1]
if newest and number('seq') < newest * 128 then
  setNumber('seq', (newest + 1) * 128)
end
if at < 0 and place[3] == '0' then
  mendCounts()
end
local isUnderWay = walk()
local mended = digits((at < 0 and 0 or place[3] or 0) + #told)
if isUnderWay then
  call('HSET', prefix .. 'm', 'at', digits(bucket), 'mended', mended)
else
  endRound()
  call('HSET', prefix .. 'm', 'at', -1, 'round', digits(round + 1), 'mended', mended)
end
saveRecords()
saveWrites()
sendHints(isCluster)
saveNumbers()
return told
