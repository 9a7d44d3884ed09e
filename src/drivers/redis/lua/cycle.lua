-- One atomic step of a worker: outcomes, outbox edges, promotion, reclaiming, claims.
-- KEYS[1] `{namespace}:n`
-- ARGV: time, '1' in a cluster, instance, channel, seq, leaseMs, budgets `<high> <normal> <low>`, lanes `<n> <n> ...`,
--   number of types, types ..., number of groups, groups ... (see part-plain), then for each outcome: name, number of its
--   group, runMs, bucket of runMs, text: the result (i), its key (k), the error (R, L), or ''
-- Reply: `old`; or now, next due time or '', more '0'|'1', then four lists of texts: stale `<name> <fence>`, reclaimed
--   `<name> <type> <status letter> <failures>`, cancelled `<name> <fence>`, claims: name, lane, record, name, lane, record ...
local isCluster, instance, channel, seq = ARGV[2] == '1', ARGV[3], ARGV[4], tonumber(ARGV[5])
local leaseMs, typeCount = tonumber(ARGV[6]), tonumber(ARGV[9])
local seatKey, replyField = prefix .. 'i:' .. instance, 'c' .. channel
local seat = call('HMGET', seatKey, replyField, 'x', 'heard')
local last = tonumber(seat[1] and match(seat[1], '^%d+') or 0)

local function wordsOf(text)
  local words, n = {}, 0
  for word in gmatch(text, '%S+') do
    n = n + 1
    words[n] = word
  end
  return words
end

local function linesOf(text)
  local lines = {}
  if text ~= '' then
    for line in gmatch(text, '[^\n]+') do
      lines[#lines + 1] = line
    end
  end
  return lines
end

-- The reply that was given before. A claim that someone has taken back since is left out: nobody may start it.
local function replay(text)
  local head, stale, reclaimed, cancelled, claimed = match(text, '^([^\t]*)\t([^\t]*)\t([^\t]*)\t([^\t]*)\t([^\t]*)$')
  local words, names, again = wordsOf(head), wordsOf(claimed), {}
  load(names)
  for i = 1, #names do
    local old = texts[names[i]] or ''
    local fence, lane = match(old, '^W (%d+) [^/ ]+/(%d+) %d+\n')
    if not fence then
      fence, lane = match(old, '^W %d+ (%d+) %d+ %d+ %S+ [^/ ]+/(%d+) ')
    end
    if fence == words[5] then
      again[#again + 1] = names[i]
      again[#again + 1] = lane
      again[#again + 1] = old
    end
  end
  local due = words[3] == '-' and '' or words[3]
  return { words[2], due, words[4], linesOf(stale), linesOf(reclaimed), linesOf(cancelled), again }
end

if seq < last then
  return 'old'
elseif seq == last then
  return replay(seat[1])
end

readNumbers({ 'fence', 'ended', 'outs', 'fronts', 'late', 'stale', 'moves', 'large' })

-- The first write, which a full server allows too: see part-freeing.
call('HDEL', prefix .. 'w', instance)

local stale, owner = {}, instance .. '/'
local groupCount = tonumber(ARGV[10 + typeCount])
local firstOutcome = 11 + typeCount + groupCount

local function settleAll()
  local names, groups, n = {}, {}, 0
  for i = 1, groupCount do
    groups[digits(i)] = groupOf(owner, ARGV[10 + typeCount + i])
  end
  for at = firstOutcome, #ARGV, 5 do
    n = n + 1
    names[n] = ARGV[at]
  end
  load(names)
  for at = firstOutcome, #ARGV, 5 do
    local name, group, runMs, bucket, text = ARGV[at], groups[ARGV[at + 1]], ARGV[at + 2], ARGV[at + 3], ARGV[at + 4]
    if
      not completePlain(name, group, runMs, bucket, text)
      and not slow().settle(owner, name, group, runMs, bucket, text)
    then
      stale[#stale + 1] = name .. ' ' .. group.fence
    end
  end
  addSettled()
end
if groupCount > 0 then
  settleAll()
end

-- What is due, which mostly is nothing.
local function headOf(index)
  return tonumber(call('ZRANGE', prefix .. index, 0, 0, 'WITHSCORES')[2])
end
local reclaimed, cutShort = {}, false
local firstDue, firstLease = headOf('due'), headOf('lease')
if (firstDue and firstDue <= now) or (firstLease and firstLease <= now) or number('outs') > 0 then
  reclaimed, cutShort = slow().followDue()
end
saveReady()

-- Where the types of this instance have ready jobs: key of the list, rank and number of each.
local typesText = ' ' .. concat(ARGV, ' ', 10, 9 + typeCount) .. ' '
local function readyLines()
  local counts, lines = {}, {}
  if call('HLEN', prefix .. 'p') <= 256 then
    local found = call('HGETALL', prefix .. 'p')
    for i = 1, #found, 2 do
      counts[found[i]] = tonumber(found[i + 1])
    end
  else
    for i = 10, 9 + typeCount do
      local found = call('HMGET', prefix .. 'p', '0:' .. ARGV[i], '1:' .. ARGV[i], '2:' .. ARGV[i], '3:' .. ARGV[i])
      for rank = 0, 3 do
        counts[rank .. ':' .. ARGV[i]] = tonumber(found[rank + 1] or 0)
      end
    end
  end
  for key, n in pairs(readyAdded) do
    counts[key] = (counts[key] or 0) + n
  end
  for key, count in pairs(counts) do
    if count > 0 and find(typesText, ' ' .. sub(key, 3) .. ' ', 1, true) then
      lines[#lines + 1] = { key = key, rank = tonumber(sub(key, 1, 1)), ready = count }
    end
  end
  return lines
end

local fence, begins, starts, startedType = nil, {}, {}, {}
local function start(name, lane, line)
  local begin = begins[lane]
  if not begin then
    begin = 'W ' .. fence .. ' ' .. owner .. lane .. ' ' .. nowText
    begins[lane] = begin
  end
  local text, type, readyAt, rank = startPlain(name, begin)
  if text then
    local key = line and line.key or rank .. ':' .. type
    starts[key] = (starts[key] or 0) + 1
    startedType[name] = type
  else
    text, type, readyAt = slow().start(name, fence, owner .. lane)
  end
  if text then
    countWait(type, readyAt)
    -- For this one nobody else need be woken.
    if gained[type] then
      gained[type] = gained[type] - 1
    end
  end
  return text
end

-- Gives a job to each lane, while there are any of the types.
local claimed, claims, lanes = {}, {}, wordsOf(ARGV[8])
-- Those that are not plain have been told of.
local function tellStarted()
  for i = 1, #claimed do
    if startedType[claimed[i]] then
      tellMoved(claimed[i], 'W', startedType[claimed[i]])
    end
  end
end
local function claim(ready)
  local line = onlyLine(ready)
  local chosen, isCut, lineOf
  if line then
    chosen = takeFrom(line, #lanes)
  else
    chosen, isCut, lineOf = slow().choose(ready, #lanes, ARGV[7])
  end
  local untilText, late = digits(now + leaseMs), number('late') > 0
  fence = #chosen > 0 and nextFence(nowUs) or nil
  load(chosen)
  local n, m, taken = 0, #joinsLease, 0
  for i = 1, #chosen do
    local name, lane = chosen[i], lanes[taken + 1]
    local text = start(name, lane, line)
    if text then
      taken = taken + 1
      claimed[taken] = name
      claims[n + 1], claims[n + 2], claims[n + 3] = name, lane, text
      joinsLease[m + 1], joinsLease[m + 2] = untilText, name
      n, m = n + 3, m + 2
    elseif not texts[name] then
      -- Its record is gone: whoever counted it ready was wrong.
      addReady(line and line.key or lineOf[name], -1)
    end
  end
  for key, count in pairs(starts) do
    addReady(key, -count)
    add(sub(key, 3) .. ' W', count)
  end
  if tellsMoves() then
    tellStarted()
  end
  if late and taken > 0 then
    add('late', -call('ZREM', prefix .. 'late', unpack(claimed)))
  end
  -- A record that is gone although its entry was not: whoever comes next looks again.
  cutShort = cutShort or isCut or taken < #chosen
end
if #lanes > 0 then
  local ready = readyLines()
  if #ready > 0 then
    claim(ready)
  end
end
saveSlow()
saveWrites()

if #joinsDue > 0 or #leavesDue > 0 then
  firstDue = headOf('due')
end
firstLease = headOf('lease')
local due = firstDue and firstLease and math.min(firstDue, firstLease) or firstDue or firstLease
local more = (cutShort or (due and due <= now) or number('outs') > 0) and '1' or '0'
local dueText = due and digits(due) or ''
local cancelled = linesOf(seat[2] or '')
local head = digits(seq) .. ' ' .. nowText .. ' ' .. (due and dueText or '-') .. ' ' .. more .. ' ' .. (fence or '-')
local kept = head .. '\t' .. concat(stale, '\n') .. '\t' .. concat(reclaimed, '\n') .. '\t' .. concat(cancelled, '\n')
call('HSET', seatKey, 'heard', nowText, 'lease', ARGV[6], replyField, kept .. '\t' .. concat(claimed, ' '))
if seat[2] then
  call('HDEL', seatKey, 'x')
end
if not seat[3] then
  call('PEXPIRE', seatKey, digits(leaseMs * 10 + 60000))
end
if #claimed < #lanes then
  call('HSET', prefix .. 'w', instance, typesText)
end
sendHints(isCluster)
saveNumbers()
return { nowText, dueText, more, stale, reclaimed, cancelled, claims }
