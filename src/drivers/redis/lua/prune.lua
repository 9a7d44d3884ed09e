-- Removes final jobs beyond what is kept, first ended first, then results whose time is over: at most `limit` of them.
-- KEYS[1] `{namespace}:n`
-- ARGV: time, limit, then `<ageMs> <count> <bytes>` for completed, dead letters and cancelled
-- Reply: removed jobs, expired results, more '0'|'1', keys of results in the storage whose jobs are gone
local most = math.min(tonumber(ARGV[2]), 256)
local jobs, results, looked = 0, 0, 0
local orphans = {}
local more = false

local function heads(names)
  for i = 1, #names do
    if records[names[i]] == nil then
      -- One that was removed in this step stands there until it is written.
      local text = texts[names[i]] ~= false and call('GETRANGE', prefix .. 'j:' .. names[i], 0, 4095) or ''
      records[names[i]] = text ~= '' and parseRecord(names[i], text) or false
    end
  end
end

-- The key under which a result is in the storage stands at the end of the record.
local function noteKey(record)
  local kind, bytes = match(record.result, '^(%a)%d+%.(%d+)$')
  if kind == 'k' then
    orphans[#orphans + 1] = call('GETRANGE', prefix .. 'j:' .. record.name, -tonumber(bytes), -1)
  end
end

local function isBeyond(record, status, keep)
  return number('h' .. status) > keep.count
    or number('b' .. status) > keep.bytes
    or now - tonumber(record.completedAt) >= keep.ageMs
end

-- True when the first of the list is still beyond what is kept.
local function pruneJobs(status, keep)
  local key, done = prefix .. 'e:' .. status, 0
  local entries = call('LRANGE', key, 0, most - looked)
  local names, generations = {}, {}
  for i = 1, #entries do
    generations[i], names[i] = match(entries[i], '^(%d+):(.+)$')
  end
  heads(names)
  local left
  for i = 1, #names do
    local record = records[names[i]]
    local isThis = record and record.status == status and record.generation == tonumber(generations[i])
    -- One that others need stands here again when they do not.
    if isThis and not (record.isParent and rare().isTied(record)) then
      left = isBeyond(record, status, keep)
      if not left or looked >= most then
        break
      end
      noteKey(record)
      forget(record, call('STRLEN', prefix .. 'j:' .. record.name))
      jobs = jobs + 1
    end
    done = done + 1
    looked = looked + 1
  end
  if done > 0 then
    call('LPOP', key, done)
  end
  -- Behind entries that are stale there may be others beyond what is kept.
  local isUnknown = done == #entries and call('EXISTS', key) == 1
  more = more or (looked >= most and (left or isUnknown))
end

-- Lets the text of a result go, the job stays.
local function dropResult(name)
  local text = call('GET', prefix .. 'j:' .. name)
  if not text then
    return
  end
  local record = parseRecord(name, text)
  local bytes = tonumber(match(record.result, '%.(%d+)$'))
  -- Its name may stand here twice: an id that came again.
  records[name].result = '-'
  if not bytes then
    return
  end
  if sub(record.result, 1, 1) == 'k' then
    orphans[#orphans + 1] = sub(text, -bytes)
  end
  record.body = sub(record.body, 1, -bytes - 1)
  record.result = '-'
  local short = textOf(record)
  call('SET', prefix .. 'j:' .. name, short)
  add('bC', #short - #text)
  results = results + 1
end

local function pruneResults(ttl)
  local key, done = prefix .. 'x:' .. ttl, 0
  local names = call('LRANGE', key, 0, most - looked)
  heads(names)
  for i = 1, #names do
    local record = records[names[i]]
    local over = record and tonumber(match(record.result, '^%a(%d+)'))
    if over and over > now then
      break
    end
    if looked >= most then
      more = true
      break
    end
    if over and record.isParent and rare().isTied(record) then
      call('HSET', side(record), 'v', 1)
    elseif over then
      dropResult(names[i])
    end
    done = done + 1
    looked = looked + 1
  end
  if done > 0 then
    call('LPOP', key, done)
    if call('EXISTS', key) == 0 then
      call('SREM', prefix .. 'xs', ttl)
      replace('x' .. ttl, 0)
    end
  end
end

for i, status in ipairs({ 'C', 'L', 'X' }) do
  local age, count, bytes = match(ARGV[2 + i], '^(%S+) (%S+) (%S+)$')
  pruneJobs(status, { ageMs = tonumber(age), count = tonumber(count), bytes = tonumber(bytes) })
end
saveRecords()
saveWrites()
for _, ttl in ipairs(call('SMEMBERS', prefix .. 'xs')) do
  pruneResults(ttl)
end
rare().tidyWindows(most)
keys().tidy(most)
-- Instances that went without a word.
call('ZREMRANGEBYSCORE', prefix .. 'ia', '-inf', digits(now))
saveNumbers()
return { digits(jobs), digits(results), more and '1' or '0', orphans }
