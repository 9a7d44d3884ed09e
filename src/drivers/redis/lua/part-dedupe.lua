-- Dedupe keys: `k` has the live jobs that hold one, `kw` those that hold one for a time, `<until> <seq> <name>`, `kz` when these
-- are over; `windows` says how many there are. `yt:<token>` has, for a time, the submission that gave a job its content, `<name>
-- <status letter> <name of that job>`.

local function dropWindow(key)
  call('ZREM', prefix .. 'kz', key)
  add('windows', -call('HDEL', prefix .. 'kw', key))
end

-- Who holds a key: its name, and its record unless it has been removed. A live job goes before one that has ended within its
-- window. A window that is over is dropped where nobody holds the key.
local function holderOf(key)
  local live = call('HGET', prefix .. 'k', key)
  local record = live and recordOf(live)
  if record then
    return live, record
  end
  local window = number('windows') > 0 and call('HGET', prefix .. 'kw', key)
  if not window then
    return nil, nil
  end
  local till, seq, name = match(window, '^(%d+) (%d+) (%S+)$')
  if tonumber(till) > now then
    record = recordOf(name)
    return name, record and record.seq == tonumber(seq) and record or nil
  end
  dropWindow(key)
  return nil, nil
end

-- A job has its key for a time from now on, where its terms say so.
local function takeKey(record, terms)
  local key = record.dedupeKey
  if key == '-' then
    return
  elseif terms.window and (terms.mode == 'keep' or terms.mode == 'throttle') then
    local till = digits(math.ceil(now + terms.window))
    add('windows', call('HSET', prefix .. 'kw', key, concat({ till, digits(record.seq), record.name }, ' ')))
    call('ZADD', prefix .. 'kz', till, key)
  elseif number('windows') > 0 then
    -- What another left of its window when it ended stays.
    local seq, name = match(call('HGET', prefix .. 'kw', key) or '', '^%d+ (%d+) (%S+)$')
    local holder = name and recordOf(name)
    if holder and holder.seq == tonumber(seq) and not isFinal(holder) then
      dropWindow(key)
    end
  end
end

-- Forgets windows that are over.
local function tidyWindows(most)
  local over = call('ZRANGEBYSCORE', prefix .. 'kz', '-inf', nowText, 'LIMIT', 0, most)
  for i = 1, #over do
    dropWindow(over[i])
  end
end

-- Another has the key of a running job from now on.
local function dispossess(record)
  record.flags = (record.flags == '-' and '' or record.flags) .. 'u'
  refix(record)
  touch(record)
end

-- As long as a lost reply may be asked for again, a submission is known that gave a job its content.
local function rememberReplacement(name, token, record)
  call('SET', prefix .. 'yt:' .. token, concat({ name, record.status, record.name }, ' '), 'PX', 600000)
end

-- The answer that was given to a submission which gave a job its content.
local function replacedBefore(name, token)
  local own, given = match(call('GET', prefix .. 'yt:' .. token) or '', '^(%S+) (.+)$')
  return own == name and 'standing ' .. given .. ' r' or nil
end
