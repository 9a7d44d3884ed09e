-- Adds a job that is not plain, or meets one that stands.

-- The same submission sent again is answered as the first time, whatever has become of the job since.
local function answerFor(standing, job)
  if standing.digest ~= job.digest then
    return 'conflict'
  end
  if standing.token == job.token then
    local madeAs = has(standing, 't') and call('HGET', side(standing), 'm')
    return madeAs and 'created ' .. madeAs or 'created'
  end
  return 'standing ' .. standing.status .. ' ' .. standing.name
end

local function addSlowly(name, head, body)
  local job = parseHead(head)
  local standing = recordOf(name)
  if standing then
    return answerFor(standing, job)
  end
  if job.terms or (job.dedupeKey ~= '-' and number('windows') > 0) then
    return rare().submit(name, job, body)
  end
  local holder = job.dedupeKey ~= '-' and call('HGET', prefix .. 'k', job.dedupeKey)
  holder = holder and recordOf(holder)
  if holder then
    return 'standing ' .. holder.status .. ' ' .. holder.name
  end
  local record = create(name, job, body, '-')
  beginLife(record, true)
  place(record, job)
  return 'created'
end

local function answerForPlain(name)
  return answerFor(recordOf(name), { digest = '-', token = '-' })
end
