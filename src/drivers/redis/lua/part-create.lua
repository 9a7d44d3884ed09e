-- Makes jobs. Needs a free name and a free dedupe key; the job is in no index until it is told where.
-- head: `<type> <rank> <maxAttempts> <delayMs|-> <runAt|-> <dedupeKey> <token> <digest> <options length> <payload length>`
local function parseHead(head)
  local type, rank, most, delay, runAt, dedupeKey, token, digest, optionsLength, payloadLength =
    match(head, '^(%S+) (%d) (%d+) (%S+) (%S+) (%S+) (%S+) (%S+) (%d+) (%d+)$')
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
  }
end

-- The words that most jobs do not have, without the `-` at their end.
local function rareWords(job, schedule)
  if job.digest ~= '-' then
    return concat({ '', job.dedupeKey, schedule, job.token, job.digest }, ' ')
  elseif job.token ~= '-' then
    return concat({ '', job.dedupeKey, schedule, job.token }, ' ')
  elseif schedule ~= '-' then
    return concat({ '', job.dedupeKey, schedule }, ' ')
  elseif job.dedupeKey ~= '-' then
    return ' ' .. job.dedupeKey
  end
  return ''
end

local function create(name, job, body, schedule)
  if #body > largeBytes then
    replace('large', 1)
  end
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

-- Ready now, or when its time comes.
local function place(record, job)
  local dueAt = now
  if job.runAt ~= '-' then
    dueAt = tonumber(job.runAt)
  elseif job.delay ~= '-' then
    dueAt = now + tonumber(job.delay)
  end
  if dueAt > now then
    return postpone(record, 'D', dueAt)
  end
  enter(record, 'P')
  record.fresh = true
  lineUp(record)
end

-- What a life holds besides its record.
local function beginLife(record)
  if record.dedupeKey ~= '-' then
    call('HSET', prefix .. 'k', record.dedupeKey, record.name)
  end
  if record.schedule ~= '-' then
    call('ZADD', prefix .. 'g:' .. record.schedule, digits(record.seq), record.name)
  end
end
