-- Records as tables: parsed when one is asked for, changed, and put back as text by `saveRecords`. Steps whose jobs are all
-- plain never come here (see part-plain): what they need of a record is in few words of its text.
-- `keys()` and `rare()` are parts that few of these steps need (see scripts.ts).
local records, changed = {}, {}
local keys, rare

local function readState(record, text, eol)
  local line = sub(text, 1, eol)
  record.status = sub(line, 1, 1)
  record.ticket, record.fence, record.generation, record.failures = record.seq, '0', 1, 0
  record.readyAt = record.createdAt
  record.worker, record.startedAt, record.completedAt, record.runMs, record.result = '-', '-', '-', '-', '-'
  if eol == 2 then
    return
  end
  local ticket, fence, generation, failures, readyAt, worker, startedAt, completedAt, runMs, result =
    match(line, '^%u (%d+) (%d+) (%d+) (%d+) (%S+) (%S+) (%S+) (%S+) (%S+) (%S+)\n$')
  if ticket then
    record.ticket, record.fence, record.generation = tonumber(ticket), fence, tonumber(generation)
    record.failures, record.readyAt = tonumber(failures), tonumber(readyAt)
    record.worker, record.startedAt, record.completedAt = worker, startedAt, completedAt
    record.runMs, record.result = runMs, result
    return
  end
  record.fence, record.worker, record.startedAt = match(line, '^%u (%d+) (%S+) (%d+)')
  if record.status == 'C' then
    record.completedAt, record.runMs, record.result = match(line, '(%S+) (%S+) (%S+)\n$')
  end
end

-- A record from its text. `dedupeKey` to `flags` stand only in the records that have one of them. A rank that is higher by 4
-- says that others depend on the job, or did: it can be changed where it stands.
-- Flags: `t` it has terms, `d` it depends on others, `k` it has keys, `n` it asks for notices, `h` it has its dedupe key for a
-- time only, `u` another has its dedupe key.
local function parseRecord(name, text)
  local eol = find(text, '\n', 1, true)
  local record = { name = name, body = sub(text, eol) }
  local seq, type, rank, most, createdAt, rest = match(text, '^(%d+) (%S+) (%d) (%d+) (%S+) %d+ %d+([^\n]*)', eol + 1)
  record.seq, record.type, record.rank = tonumber(seq), type, rank
  if rank > '3' then
    record.rank, record.isParent = digits(rank - 4), true
  end
  record.maxAttempts, record.createdAt = tonumber(most), tonumber(createdAt)
  record.dedupeKey, record.schedule, record.token, record.digest, record.flags = '-', '-', '-', '-', '-'
  if rest ~= '' then
    local words, n = { '-', '-', '-', '-', '-' }, 0
    for word in gmatch(rest, '%S+') do
      n = n + 1
      words[n] = word
    end
    record.dedupeKey, record.schedule, record.token, record.digest, record.flags = unpack(words)
  end
  readState(record, text, eol)
  return record
end

local function has(record, flag)
  return find(record.flags, flag, 1, true) ~= nil
end

-- The words that most jobs do not have, without the `-` at their end.
local function rareWords(job, schedule)
  if (job.flags or '-') ~= '-' then
    return concat({ '', job.dedupeKey, schedule, job.token, job.digest, job.flags }, ' ')
  elseif job.digest ~= '-' then
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

-- Writes its fixed line anew, after something in it has changed. `lengths` and `body` of another content.
local function refix(record, lengths, body)
  local before, _, rest = match(record.body, '^\n%d+ %S+ %d %d+ %S+ (%d+ %d+)()[^\n]*\n()')
  local rank = record.isParent and digits(record.rank + 4) or record.rank
  local words = { digits(record.seq), record.type, rank, digits(record.maxAttempts), digits(record.createdAt) }
  record.body = '\n'
    .. concat(words, ' ')
    .. ' '
    .. (lengths or before)
    .. rareWords(record, record.schedule)
    .. '\n'
    .. (body or sub(record.body, rest))
end

-- Its text. One that is ready as it was made needs one letter of state.
local function textOf(record)
  if record.fresh then
    return record.status .. record.body
  end
  return concat({
    record.status,
    digits(record.ticket),
    record.fence,
    record.generation,
    record.failures,
    digits(record.readyAt),
    record.worker,
    record.startedAt,
    record.completedAt,
    record.runMs,
    record.result,
  }, ' ') .. record.body
end

-- The record of that name; nil when there is none.
local function recordOf(name)
  local record = records[name]
  if record then
    return record
  end
  if texts[name] == nil then
    load({ name })
  end
  if texts[name] then
    record = parseRecord(name, texts[name])
    records[name] = record
  end
  return record
end

local function touch(record)
  record.fresh = nil
  if not record.changed then
    record.changed = true
    changed[#changed + 1] = record
  end
end

-- Turns what has changed into writes, and counts what retention has to know.
local function saveRecords()
  for i = 1, #changed do
    local record = changed[i]
    if not record.gone then
      local text = textOf(record)
      rewrite(record.name, text)
      if record.listed then
        add('h' .. record.status, 1)
        add('b' .. record.status, #text)
      end
    end
  end
end
