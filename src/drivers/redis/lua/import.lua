-- Puts in what comes from another store: one step of a move, once. `mi` has how far each move has come: `<step> <last sequence
-- number before its jobs> <how many it has>\n<answers>`.
-- KEYS[1] `{namespace}:n`
-- ARGV: time, '1' in a cluster, move, step, room, number of jobs, for each job: name, head (see part-create), state `<place>
--   <sequence> <fence> <generation> <failures> <createdAt> <readyAt> <worker> <startedAt> <completedAt> <runMs> <result i|k|->
--   <result until> <schedule> <blocker> <has error, reason, progress 0|1 each>`, `<options><payload>`, result, error, reason,
--   progress, those that it waits for, number of its steps, number of lines, lines ..., key and text of each step ...; then for
--   each schedule: id, text, name
-- Reply: `unknown` | `old` | `done`, then what became of the jobs and on a second line of the schedules, for each `moved` |
--   `standing` | `conflict`
local isCluster, move, step = ARGV[2] == '1', ARGV[3], tonumber(ARGV[4])
local at, jobs, schedules = 7, {}, {}
local base, room

-- Its words in the order of the head of a record; see part-create.
local function parseState(words)
  local state, n = {}, 0
  local names = {
    'place', 'sequence', 'fence', 'generation', 'failures', 'createdAt', 'readyAt', 'worker', 'startedAt', 'completedAt',
    'runMs', 'resultKind', 'resultUntil', 'schedule', 'blocker', 'has',
  }
  for word in gmatch(words, '%S+') do
    n = n + 1
    state[names[n]] = word
  end
  return state
end

-- The number it has in the order of creation: the one it had, as far as room was kept for it.
local function sequenceOf(state)
  local seq = tonumber(state.sequence)
  if seq > room then
    return nextNumber()
  end
  seq = base + seq
  local isTaken = call('HEXISTS', prefix .. 'o:' .. digits(floor(seq / 128)), digits(seq)) == 1
  return isTaken and nextNumber() or seq
end

local function make(name, job, state, body)
  if #body > largeBytes then
    replace('large', 1)
  end
  noteOwn(job.type)
  local terms = job.terms and rare().parseTerms(job.terms)
  job.flags = terms and rare().flagsOf(terms, job.dedupeKey) or '-'
  -- Others here have waited for it since it went.
  local isParent = call('EXISTS', prefix .. 'd:' .. name) == 1
  local seq, rank = sequenceOf(state), isParent and digits(job.rank + 4) or job.rank
  local words = { digits(seq), job.type, rank, job.maxAttempts, state.createdAt }
  local record = {
    name = name,
    body = '\n' .. concat(words, ' ') .. job.lengths .. rareWords(job, state.schedule) .. '\n' .. body,
    flags = job.flags,
    isParent = isParent or nil,
    seq = seq,
    type = job.type,
    rank = job.rank,
    dedupeKey = job.dedupeKey,
    schedule = state.schedule,
    token = job.token,
    digest = job.digest,
    ticket = seq,
    fence = state.fence,
    generation = tonumber(state.generation),
    failures = tonumber(state.failures),
    maxAttempts = tonumber(job.maxAttempts),
    createdAt = tonumber(state.createdAt),
    readyAt = tonumber(state.readyAt),
    worker = state.worker,
    startedAt = state.startedAt,
    completedAt = state.completedAt,
    runMs = state.runMs,
    result = '-',
  }
  records[name], texts[name] = record, true
  if terms then
    rare().keepTerms(record, terms)
  end
  push(joinsOrder, floor(seq / 128), digits(seq))
  push(joinsOrder, floor(seq / 128), name)
  if tonumber(state.fence) > number('fence') then
    replace('fence', tonumber(state.fence))
  end
  return record
end

-- The lists of results are each for one time to live: it had the one that lay between its end and that of its result.
local function keepResult(record, state, result)
  if state.resultKind == '-' or tonumber(state.resultUntil) <= now then
    return
  end
  record.result = state.resultKind .. state.resultUntil .. '.' .. #result
  record.body = record.body .. result
  local ttl = digits(math.max(1, state.resultUntil - state.completedAt))
  if number('x' .. ttl) == 0 then
    replace('x' .. ttl, 1)
    call('SADD', prefix .. 'xs', ttl)
  end
  push(joinsList, 'x:' .. ttl, record.name)
end

local function keepSide(record, state, first, lineCount, stepCount)
  for i, field in ipairs({ 'e', 'r', 'p' }) do
    if sub(state.has, i, i) == '1' then
      call('HSET', side(record), field, ARGV[first + i - 1])
    end
  end
  for i = 1, lineCount do
    call('RPUSH', prefix .. 'l:' .. record.name, ARGV[first + 5 + i])
  end
  for i = 1, stepCount do
    local step = first + 4 + lineCount + i * 2
    putStep(record.name, ARGV[step], ARGV[step + 1])
  end
end

-- Ready, in front of all others of its class: those that came before it are ahead of it.
local function placeInFront(record)
  record.ticket = nextNumber()
  enter(record, 'P')
  if has(record, 'k') then
    return keys().lineUp(record, record.ticket - frontZone)
  end
  local ticket = digits(record.ticket)
  call('ZADD', prefix .. 'f:' .. record.rank .. ':' .. record.type, ticket, ticket .. ':' .. record.name)
  add('fronts', 1)
  gain(record.type)
end

local function placeLive(record, state, waits)
  local status = state.place
  if status ~= 'B' and has(record, 'd') then
    rare().arrive(record, {})
  end
  if status == 'D' or status == 'R' then
    postpone(record, status, record.readyAt)
  elseif status == 'F' then
    placeInFront(record)
  elseif status == 'B' then
    local blocker = recordOf(state.blocker)
    if blocker and not isFinal(blocker) then
      block(record, state.blocker)
    elseif not has(record, 'd') or not rare().arrive(record, waits) then
      if record.readyAt > now then
        postpone(record, 'D', record.readyAt)
      else
        makeReady(record, now)
      end
    end
  else
    makeReady(record, record.readyAt)
  end
end

-- It ended elsewhere. Those who waited for it here, from before it went, are told now.
local function placeEnded(record, status)
  enter(record, status)
  record.isUntied = true
  local isHeld = record.isParent and rare().isTied(record)
  if isHeld then
    rare().noteHeldJob(record)
  end
  if not appendEnd(record) and not isHeld then
    mayRemove(record)
  end
end

local function bring(name, job, state, first)
  local status = state.place
  local isOver = find('CLX', status, 1, true)
  local answer = receptionOf(name, job.token, job.digest, state.fence, isOver and '-' or job.dedupeKey)
  if answer ~= 'free' then
    return answer
  end
  local record = make(name, job, state, ARGV[first])
  keepSide(record, state, first + 2, tonumber(ARGV[first + 7]), tonumber(ARGV[first + 6]))
  if isOver then
    keepResult(record, state, ARGV[first + 1])
    placeEnded(record, status)
  else
    local waits = {}
    for one in gmatch(ARGV[first + 5], '%S+') do
      waits[one] = true
    end
    beginLife(record, true)
    placeLive(record, state, waits)
  end
  return 'moved'
end

local function bringJobs(count)
  for _ = 1, count do
    jobs[#jobs + 1] = bring(ARGV[at], parseHead(ARGV[at + 1]), parseState(ARGV[at + 2]), at + 3)
    at = at + 11 + ARGV[at + 10] + ARGV[at + 9] * 2
  end
end

local function bringSchedules()
  for i = at, #ARGV, 3 do
    local answer = receptionOfSchedule(ARGV[i], ARGV[i + 2])
    if answer == 'free' then
      call('HSET', prefix .. 'g', ARGV[i], ARGV[i + 1])
      call('HSET', prefix .. 'gn', ARGV[i + 2], ARGV[i])
      call('PUBLISH', prefix .. 'sc', '')
      answer = 'moved'
    end
    schedules[#schedules + 1] = answer
  end
end

local known = call('HGET', prefix .. 'mi', move)
if not known and step > 0 then
  return 'unknown'
end
local last
if known then
  local first, said = match(known, '^([^\n]*)\n(.*)$')
  last, base, room = match(first, '^(%d+) (%d+) (%d+)$')
  last, base, room = tonumber(last), tonumber(base), tonumber(room)
  if step < last then
    return 'old'
  elseif step == last then
    return { 'done', said }
  end
else
  base, room = number('seq'), tonumber(ARGV[5])
  replace('seq', base + room)
end

bringJobs(tonumber(ARGV[6]))
bringSchedules()
local said = concat(jobs, ' ') .. '\n' .. concat(schedules, ' ')
call('HSET', prefix .. 'mi', move, concat({ digits(step), digits(base), digits(room) }, ' ') .. '\n' .. said)
saveRecords()
saveWrites()
sendHints(isCluster)
saveNumbers()
return { 'done', said }
