-- Moves a schedule from one slot to a later one and adds the job of that slot, in one step.
-- KEYS[1] `{namespace}:n`
-- ARGV: time, '1' in a cluster, id, version, slot, next slot or '-', missed, overlap, queue limit; with a job: name, head, body
-- Reply: `fired <name> <status letter>` | `skipped` | `stale` | `early <now>`
local isCluster = ARGV[2] == '1'
local one, name, job = readSchedule(ARGV[3]), ARGV[10], ARGV[11] and parseHead(ARGV[11])

-- The job itself says that it was made by this very request, also when the schedule has gone on since.
local function answerBefore()
  if one and one.lastJob == name and one.lastToken == job.token then
    return one.lastAnswer == 'skipped' and 'skipped' or 'fired ' .. name .. ' ' .. one.lastAnswer
  end
  local standing = recordOf(name)
  if standing and standing.schedule ~= '-' and standing.token == job.token then
    return 'fired ' .. name .. ' ' .. standing.status
  end
  return nil
end

-- The newest job of the schedule that has not ended. A name whose record someone has deleted must not stop the schedule.
local function newest()
  for _ = 1, 64 do
    local found = call('ZRANGE', prefix .. 'g:' .. one.id, -1, -1)[1]
    local record = found and recordOf(found)
    if not found or (record and not isFinal(record) and record.schedule == one.id) then
      return found
    end
    call('ZREM', prefix .. 'g:' .. one.id, found)
  end
  return nil
end

local function makeJob()
  local blocker = ARGV[8] ~= 'allow' and newest()
  if blocker and (ARGV[8] == 'skip' or call('ZCARD', prefix .. 'g:' .. one.id) >= tonumber(ARGV[9])) then
    return 'skipped'
  end
  if recordOf(name) or (job.dedupeKey ~= '-' and rare().holderOf(job.dedupeKey)) then
    return 'skipped'
  end
  local record
  if job.terms then
    record = rare().admit(name, job, rare().parseTerms(job.terms), ARGV[12], one.id, blocker)
    if not record then
      return 'skipped'
    end
  else
    record = create(name, job, ARGV[12], one.id)
    beginLife(record, true)
    if blocker then
      block(record, blocker)
    else
      place(record, job)
    end
  end
  return 'fired ' .. name .. ' ' .. record.status
end

local before = job and answerBefore()
if before then
  return before
end
if not one or one.enabled == '0' or digits(one.version) ~= ARGV[4] or one.nextSlot ~= ARGV[5] then
  return 'stale'
end
if tonumber(ARGV[5]) > now then
  return 'early ' .. digits(now)
end

local answer = job and makeJob() or 'skipped'
one.nextSlot = ARGV[6]
one.skipped = one.skipped + tonumber(ARGV[7])
if answer == 'skipped' then
  one.skipped = one.skipped + 1
else
  one.fired = one.fired + 1
  one.lastFiredAt = digits(now)
end
if job then
  one.lastJob, one.lastToken, one.lastAnswer = name, job.token, match(answer, '%S+$')
end
writeSchedule(one)
saveRecords()
saveWrites()
sendHints(isCluster)
saveNumbers()
return answer
