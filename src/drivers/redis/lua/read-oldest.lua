-- Finds when the job became ready that has been ready longest, in some of the indexes of ready jobs and in a bounded step.
-- A list `r` is in the order of becoming ready but for jobs that are in `late` as well, which is sorted by that time: of both
-- the first entry that is not stale says all. Those handed back, `f`, stand in another order: all are looked at.
-- KEYS[1] `{namespace}:n`
-- ARGV: time, then for each index: `r` | `f` | `late`, `<rank>:<type>` or '', where to begin
-- Reply: ms or '', then the indexes that are not done, as in ARGV
local left, page = 512, 32
local oldest = nil
local reply = { '' }

-- Ticket and time of becoming ready of a job that is ready.
local function readyOf(name)
  for _, lastByte in ipairs({ 255, 4095 }) do
    local text = call('GETRANGE', prefix .. 'j:' .. name, 0, lastByte)
    local ticket, readyAt = match(text, '^P (%d+) %d+ %d+ %d+ (%d+) ')
    if not ticket then
      -- As it was made.
      ticket, readyAt = match(text, '^P\n(%d+) %S+ %d %d+ (%d+) ')
    end
    if ticket then
      return ticket, tonumber(readyAt)
    end
  end
  return nil
end

-- Some entries of an index: `<ticket>:<name>`, in `late` `<ms>:<name>`.
local function entriesOf(kind, key, first)
  if kind == 'r' then
    return call('LRANGE', prefix .. 'r:' .. key, first, first + page - 1)
  elseif kind == 'f' then
    return call('ZRANGE', prefix .. 'f:' .. key, first, first + page - 1)
  end
  local entries = {}
  local late = call('ZRANGE', prefix .. 'late', first, first + page - 1, 'WITHSCORES')
  for i = 1, #late, 2 do
    entries[#entries + 1] = late[i + 1] .. ':' .. late[i]
  end
  return entries
end

-- True when the job is ready by this entry, and not by a later one.
local function look(kind, entry)
  local mark, name = match(entry, '^(%d+):(.+)$')
  local ticket, readyAt = readyOf(name)
  if not ticket or (kind == 'late' and readyAt or ticket) ~= (kind == 'late' and tonumber(mark) or mark) then
    return false
  end
  if not oldest or readyAt < oldest then
    oldest = readyAt
  end
  return true
end

-- Nil when all has been said, else where to go on.
local function lookAlong(kind, key, at)
  while left > 0 do
    local entries = entriesOf(kind, key, at)
    for i = 1, #entries do
      if look(kind, entries[i]) and kind ~= 'f' then
        return nil
      end
    end
    if #entries < page then
      return nil
    end
    left, at = left - page, at + page
  end
  return at
end

for i = 2, #ARGV, 3 do
  local goOnAt = lookAlong(ARGV[i], ARGV[i + 1], tonumber(ARGV[i + 2]))
  if goOnAt then
    reply[#reply + 1] = ARGV[i]
    reply[#reply + 1] = ARGV[i + 1]
    reply[#reply + 1] = digits(goOnAt)
  end
end
reply[1] = oldest and digits(oldest) or ''
return reply
