-- Applies an outcome to a run whose job is not plain, or did not simply return: by the kind of its group it returned
-- (i, k, -), is to be tried again (R), failed for good (L) or is handed back (F).

local function countRun(record, runMs, bucket)
  record.runMs = runMs
  add(record.type .. ' mt', floor(runMs * 1000 + 0.5))
  add(record.type .. ' u' .. bucket, 1)
end

local function complete(record, group, text)
  add(record.type .. ' mc', 1)
  local isKept = group.keep or (group.hasResult and hasTies(record) and rare().willHold(record))
  if isKept and group.hasResult then
    record.result = group.over .. #text
    record.body = record.body .. text
    local results = resultsOf(group.amount)
    results[#results + 1] = record.name
  end
  finish(record, 'C', group.keep)
end

local function fail(record, group, text)
  record.failures = record.failures + 1
  call('HSET', side(record), 'e', text)
  add(record.type .. ' mf', 1)
  if group.kind == 'R' then
    add(record.type .. ' mr', 1)
    postpone(record, 'R', now + tonumber(group.amount))
  else
    add(record.type .. ' md', 1)
    finish(record, 'L', true)
  end
end

-- False when the run is not this instance's any more.
local function settleSlowly(owner, name, group, runMs, bucket, text)
  local record = recordOf(name)
  if
    not record
    or record.status ~= 'W'
    or record.fence ~= group.fence
    or sub(record.worker, 1, #owner) ~= owner
  then
    return false
  end
  if group.kind == 'F' then
    if group.amount == '' then
      giveBack(record)
    else
      postpone(record, 'D', now + tonumber(group.amount))
    end
    return true
  end
  countRun(record, runMs, bucket)
  if group.kind == 'R' or group.kind == 'L' then
    fail(record, group, text)
  else
    complete(record, group, text)
  end
  return true
end
