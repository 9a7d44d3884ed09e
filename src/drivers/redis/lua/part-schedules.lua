-- A schedule: `<version> <enabled 0|1> <next slot|-> <createdAt> <lastFiredAt|-> <fired> <skipped> <name> <digest> <last job>
-- <last token> <last answer>` then `\n` and its definition. The last three are of the newest slot that was given a job.
local function readSchedule(id)
  local text = call('HGET', prefix .. 'g', id)
  if not text then
    return nil
  end
  local eol = find(text, '\n', 1, true)
  local words = {}
  for word in gmatch(sub(text, 1, eol - 1), '%S+') do
    words[#words + 1] = word
  end
  return {
    id = id,
    version = tonumber(words[1]),
    enabled = words[2],
    nextSlot = words[3],
    createdAt = words[4],
    lastFiredAt = words[5],
    fired = tonumber(words[6]),
    skipped = tonumber(words[7]),
    name = words[8],
    digest = words[9],
    lastJob = words[10],
    lastToken = words[11],
    lastAnswer = words[12],
    definition = sub(text, eol + 1),
  }
end

local function textOfSchedule(one)
  return concat({
    digits(one.version),
    one.enabled,
    one.nextSlot,
    one.createdAt,
    one.lastFiredAt,
    digits(one.fired),
    digits(one.skipped),
    one.name,
    one.digest,
    one.lastJob,
    one.lastToken,
    one.lastAnswer,
  }, ' ') .. '\n' .. one.definition
end

local function writeSchedule(one)
  call('HSET', prefix .. 'g', one.id, textOfSchedule(one))
end

-- As it is answered: id, text, number of its live jobs.
local function shown(one)
  return { one.id, textOfSchedule(one), digits(call('ZCARD', prefix .. 'g:' .. one.id)) }
end
