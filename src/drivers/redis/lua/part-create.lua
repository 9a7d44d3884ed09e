-- Makes jobs. Needs a free name and a free dedupe key; the job is in no index until it is told where.
-- head: `<type> <rank> <maxAttempts> <delayMs|-> <runAt|-> <dedupeKey> <token> <digest> <options length> <payload length>`, of a
-- job with terms then `\n` and these (see part-terms)
local function parseHead(head)
  local type, rank, most, delay, runAt, dedupeKey, token, digest, optionsLength, payloadLength =
    match(head, '^(%S+) (%d) (%d+) (%S+) (%S+) (%S+) (%S+) (%S+) (%d+) (%d+)')
  local eol = find(head, '\n', 1, true)
  return {
    type = type,
    rank = rank,
    maxAttempts = most,
    delay = delay,
    runAt = runAt,
    dedupeKey = dedupeKey,
    token = token,
    digest = digest,
    lengths = ' ' .. optionsLength .. ' ' .. payloadLength,
    terms = eol and sub(head, eol + 1),
    flags = '-',
  }
end

local function create(name, job, body, schedule)
  if #body > largeBytes then
    replace('large', 1)
  end
  noteOwn(job.type)
  local seq = nextNumber()
  local words = { digits(seq), job.type, job.rank, job.maxAttempts, nowText }
  local record = {
    name = name,
    body = '\n' .. concat(words, ' ') .. job.lengths .. rareWords(job, schedule) .. '\n' .. body,
    seq = seq,
    type = job.type,
    rank = job.rank,
    maxAttempts = tonumber(job.maxAttempts),
    createdAt = now,
    dedupeKey = job.dedupeKey,
    schedule = schedule,
    token = job.token,
    digest = job.digest,
    flags = job.flags,
    ticket = seq,
    fence = '0',
    generation = 1,
    failures = 0,
    readyAt = now,
    worker = '-',
    startedAt = '-',
    completedAt = '-',
    runMs = '-',
    result = '-',
  }
  records[name], texts[name] = record, true
  push(joinsOrder, floor(seq / 128), digits(seq))
  push(joinsOrder, floor(seq / 128), name)
  add(job.type .. ' ms', 1)
  return record
end

-- When it is to be ready, now at the earliest.
local function dueAtOf(job)
  if job.runAt ~= '-' then
    return math.max(now, tonumber(job.runAt))
  end
  return job.delay ~= '-' and now + tonumber(job.delay) or now
end

-- Ready now, or when its time comes.
local function place(record, job)
  local dueAt = dueAtOf(job)
  if dueAt > now then
    return postpone(record, 'D', dueAt)
  end
  enter(record, 'P')
  record.fresh = true
  lineUp(record)
end

-- What a life holds besides its record. `isNewest`: the limits of its keys are those that it says.
local function beginLife(record, isNewest)
  if record.dedupeKey ~= '-' and not has(record, 'h') then
    call('HSET', prefix .. 'k', record.dedupeKey, record.name)
  end
  if has(record, 'k') then
    keys().beginLife(record, isNewest)
  end
  if record.schedule ~= '-' then
    call('ZADD', prefix .. 'g:' .. record.schedule, digits(record.seq), record.name)
  end
end
