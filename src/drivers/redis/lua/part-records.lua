-- Records as tables: parsed when one is asked for, changed, and put back as text by `saveRecords`. Steps whose jobs are all
-- plain never come here (see part-plain): what they need of a record is in few words of its text.
local records, changed = {}, {}

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

-- A record from its text. `dedupeKey` to `digest` stand only in the records that have one of them.
local function parseRecord(name, text)
  local eol = find(text, '\n', 1, true)
  local record = { name = name, body = sub(text, eol) }
  local seq, type, rank, most, createdAt, rest = match(text, '^(%d+) (%S+) (%d) (%d+) (%S+) %d+ %d+([^\n]*)', eol + 1)
  record.seq, record.type, record.rank = tonumber(seq), type, rank
  record.maxAttempts, record.createdAt = tonumber(most), tonumber(createdAt)
  record.dedupeKey, record.schedule, record.token, record.digest = '-', '-', '-', '-'
  if rest ~= '' then
    local words, n = { '-', '-', '-', '-' }, 0
    for word in gmatch(rest, '%S+') do
      n = n + 1
      words[n] = word
    end
    record.dedupeKey, record.schedule, record.token, record.digest = unpack(words)
  end
  readState(record, text, eol)
  return record
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
