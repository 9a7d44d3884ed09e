-- Lets jobs with terms in, replaces those that stand, and gives ended ones a new life.

-- How a job would stand with those that it depends on: the name of one that is not there, or the first that ends it at once and
-- the state that it ends in.
local function outlookOf(dependencies, name)
  local bad, status
  for i = 1, #dependencies do
    local one = dependencies[i]
    local parent = one.name ~= name and headOf(one.name)
    if not parent then
      return one.name
    elseif not bad and isFinal(parent) then
      status = endBy(one.rule, parent)
      bad = status and parent
    end
  end
  return nil, bad, status
end

-- A life begins as submitted: blocked, ended at once, or as `start` has it.
local function begin(record, job, bad, status, isNew, start)
  local dependencies = termsOf(record).dependencies
  beginLife(record, true)
  if bad then
    record.isUntied = true
    return endFor(record, bad, status)
  elseif tie(record, dependencies, isLive, isNew) > 0 then
    record.readyAt = dueAtOf(job)
    enter(record, 'B')
  else
    start()
  end
end

-- Adds a job whose id and dedupe key are free, in the line of a schedule where that says so: its record, or the name of a job
-- that it depends on and that is not there.
local function admit(name, job, terms, body, schedule, blocker)
  local missing, bad, status = outlookOf(terms.dependencies, name)
  if missing then
    return nil, missing
  end
  job.flags = flagsOf(terms, job.dedupeKey)
  local record = create(name, job, body, terms.schedule ~= '-' and terms.schedule or schedule)
  keepTerms(record, terms)
  takeKey(record, terms)
  begin(record, job, bad, status, true, function()
    if blocker then
      block(record, blocker)
    else
      place(record, job)
    end
  end)
  if find('BLX', record.status, 1, true) then
    call('HSET', side(record), 'm', record.status)
  end
  return record
end

local function createdAs(record)
  return find('BLX', record.status, 1, true) and 'created ' .. record.status or 'created'
end

-- Of those that it is to wait for the first that is the job itself, or waits for it.
local function circleOf(record, dependencies)
  local live, hasSelf = {}, false
  for i = 1, #dependencies do
    local name = dependencies[i].name
    local parent = headOf(name)
    hasSelf = hasSelf or name == record.name
    if parent and (name == record.name or isLive(parent)) then
      live[#live + 1] = name
    end
  end
  if not hasSelf and (#live == 0 or not isTied(record) or not leadTo(record.name, live)) then
    return nil
  end
  for i = 1, #live do
    if leadTo(record.name, { live[i] }) then
      return live[i]
    end
  end
  return nil
end

-- Takes a job that waits out of where it waits.
local function lift(record)
  if record.status == 'B' then
    call('DEL', prefix .. 'w:' .. record.name)
  end
  leave(record)
  dropHoldings(record)
  record.status = nil
end

-- A job that waits gets the content of another submission, as one that comes now.
local function replaceBy(record, name, job, terms, body, token)
  local missing, bad, status = outlookOf(terms.dependencies, name)
  if missing then
    return 'orphan ' .. missing
  end
  local circle = circleOf(record, terms.dependencies)
  if circle then
    return 'circle ' .. circle
  end
  local before, isKept = termsOf(record).dependencies, {}
  local limits = has(record, 'k') and keys().limitsOf(record)
  lift(record)
  if #body > largeBytes then
    replace('large', 1)
  end
  record.type, record.rank = job.type, job.rank
  -- One attempt is left at the least.
  record.maxAttempts = math.max(tonumber(job.maxAttempts), record.failures + 1)
  record.flags = flagsOf(terms, record.dedupeKey)
  refix(record, sub(job.lengths, 2), body)
  keepTerms(record, terms)
  -- What steps of the other content had for results is no result of this one's.
  forgetSteps(record.name)
  takeKey(record, terms)
  record.readyAt = dueAtOf(job)
  begin(record, job, bad, status, false, function()
    setFree(record)
  end)
  -- Only now, or what is known of keys that it keeps would be forgotten.
  if limits then
    keys().endLife(limits)
  end
  for i = 1, bad and 0 or #terms.dependencies do
    isKept[terms.dependencies[i].name] = true
  end
  for i = 1, #before do
    if not isKept[before[i].name] then
      untie(before[i].name, record.name)
    end
  end
  rememberReplacement(name, token, record)
  return concat({ 'standing', record.status, record.name, 'r' }, ' ')
end

-- Whether a job may get other content: it has not ended, does not run, and stands in the line of no schedule.
local function isReplaceable(record)
  local isInLine = record.status == 'B' and call('HEXISTS', side(record), 'b') == 1
  return not isFinal(record) and record.status ~= 'W' and not isInLine
end

-- Submits a job whose id is free.
local function submitOne(name, job, body)
  local terms = parseTerms(job.terms or noTerms)
  local hasKey, token = job.dedupeKey ~= '-', job.token == '-' and name or job.token
  local isReplacing = hasKey and (terms.mode == 'replace' or terms.mode == 'debounce')
  local before = isReplacing and replacedBefore(name, token)
  if before then
    return before
  end
  if hasKey and terms.mode == 'debounce' then
    job.delay, job.runAt = digits(terms.window or 0), '-'
  end
  local holder, running
  if hasKey then
    holder, running = holderOf(job.dedupeKey)
  end
  if holder and isReplacing and running and isReplaceable(running) then
    return replaceBy(running, name, job, terms, body, token)
  elseif holder and not (isReplacing and running and running.status == 'W') then
    return concat({ 'standing', running and running.status or 'C', holder }, ' ')
  end
  if not job.terms then
    local record = create(name, job, body, '-')
    beginLife(record, true)
    place(record, job)
    return 'created'
  end
  local record, missing = admit(name, job, terms, body, '-')
  if not record then
    return 'orphan ' .. missing
  elseif holder then
    dispossess(running)
  end
  return createdAs(record)
end

-- An ended job lives again. What has ended holds it up no longer, however it ended.
local function revive(record)
  local dependencies = termsOf(record).dependencies
  local circle = circleOf(record, dependencies)
  local open = tie(record, dependencies, function(parent)
    return not circle and isLive(parent)
  end)
  record.readyAt = now
  if open > 0 then
    enter(record, 'B')
  else
    makeReady(record, now)
  end
end

-- A job that waited for others comes from another store: `waits` has those. By the rule of one that has ended here badly it ends,
-- by those that live here it is blocked. Whether that is so.
local function arrive(record, waits)
  local dependencies = termsOf(record).dependencies
  for i = 1, #dependencies do
    local parent = waits[dependencies[i].name] and headOf(dependencies[i].name)
    local status = parent and isFinal(parent) and endBy(dependencies[i].rule, parent)
    if status then
      record.isUntied = true
      endFor(record, parent, status)
      return true
    end
  end
  local open = tie(record, dependencies, function(parent, one)
    return waits[one.name] and isLive(parent)
  end)
  if open > 0 then
    enter(record, 'B')
  end
  return open > 0
end
