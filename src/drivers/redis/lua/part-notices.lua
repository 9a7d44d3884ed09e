-- Notices: jobs that tell of the end of another, where its terms or a setting ask for them. `nt` has the ends that settings ask
-- for, `<status letter>:<type>` or `:*`, and how many do; `noticed` how many there are.
local wanted = {}

-- Of a job of a type, in a setting.
local function wantsNotice(status, type)
  local what = status .. ':' .. type
  if wanted[what] == nil then
    local found = call('HMGET', prefix .. 'nt', what, status .. ':*')
    wanted[what] = (found[1] or found[2]) and sub(type, 1, 8) ~= 'riptide.'
  end
  return wanted[what]
end

-- Whether a setting wants to know that the job of that name, whose text was read, has completed.
local function asksNotice(name)
  local type = match(texts[name] or '', '\n%d+ (%S+)')
  return type and wantsNotice('C', type)
end

local function wantsNoticeOf(record, status)
  if has(record, 'n') and sub(record.type, 1, 8) ~= 'riptide.' then
    if find(termsOf(record).notices, status, 1, true) then
      return true
    end
  end
  return number('noticed') > 0 and wantsNotice(status, record.type)
end

-- Tied to the job that ended, which is kept until it has ended too.
local function makeNotice(record, status)
  local seq = number('seq') + 1
  local name = '~notice~' .. digits(seq) .. '~' .. nowText
  while call('EXISTS', prefix .. 'j:' .. name) == 1 do
    seq = nextNumber() + 1
    name = '~notice~' .. digits(seq) .. '~' .. nowText
  end
  local payload = concat({
    '{"job":"' .. jsonOfName(record.name),
    '"type":"' .. jsonOfWord(record.type),
    '"status":"' .. statusNames[status],
    '"generation":' .. digits(record.generation) .. ',"at":' .. nowText .. '}',
  }, '",')
  local job = {
    type = 'riptide.notice',
    rank = '1',
    maxAttempts = '20',
    dedupeKey = '-',
    token = '-',
    digest = '-',
    flags = 'td',
    delay = '-',
    runAt = '-',
    lengths = ' 0 ' .. lengthOf(payload),
  }
  local notice = create(name, job, payload, '-')
  call('HSET', side(notice), 't', '- 0 - 0 0 - - - - i' .. record.name)
  place(notice, job)
  call('SADD', prefix .. 'd:' .. record.name, name)
  markParent(record)
end

-- Whether others will be tied to a run that completes.
local function willHold(record)
  return isTied(record) or wantsNoticeOf(record, 'C')
end

-- It has ended: its notice is made, and it waits for nobody any more. Whether it must be kept for others.
local function hold(record)
  if has(record, 'd') then
    call('DEL', prefix .. 'w:' .. record.name)
  end
  if wantsNoticeOf(record, record.status) then
    makeNotice(record, record.status)
  end
  local isHeld = isTied(record)
  if isHeld then
    noteHeldJob(record)
  end
  return isHeld
end
