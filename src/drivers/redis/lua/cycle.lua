-- One atomic step of a worker: outcomes, outbox edges, promotion, reclaiming, claims.
-- KEYS[1] `{namespace}:n`
-- ARGV: time, '1' in a cluster, instance, channel, seq, leaseMs, budgets `<high> <normal> <low>`, and where there are any a line
--   `L <concurrency|-> <max|-> <perMs|->` of limits and lines `A <lanes>|<types>` of asides; lanes `<n> <n> ...`, types, each
--   between blanks, number of groups, groups ... (see part-plain), then for each outcome: name, number of its group,
--   runMs, bucket of runMs, text: the result (i), its key (k), the error (R, L), or ''
-- Reply: `old`; or now, next due time or '', more '0'|'1', then four lists of texts: stale `<name> <fence>`, reclaimed
--   `<name> <type> <status letter> <failures>`, cancelled `<name> <fence>`, claims: name, lane, record, name, lane, record ...
local isCluster, instance, channel, seq = ARGV[2] == '1', ARGV[3], ARGV[4], tonumber(ARGV[5])
local leaseMs, typesText = tonumber(ARGV[6]), ARGV[9]
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

readNumbers({
  'fence', 'ended', 'outs', 'fronts', 'late', 'stale', 'moves', 'large', 'paused', 'keyed', 'noticed', 'turn', 'ut', 'limited',
})

-- The first write, which a full server allows too: see part-freeing.
call('HDEL', prefix .. 'w', instance)

local stale, owner = {}, instance .. '/'
local groupCount = tonumber(ARGV[10])
local firstOutcome = 11 + groupCount

local function settleAll()
  local names, groups, n = {}, {}, 0
  for i = 1, groupCount do
    groups[digits(i)] = groupOf(owner, ARGV[10 + i])
  end
  for at = firstOutcome, #ARGV, 5 do
    n = n + 1
    names[n] = ARGV[at]
  end
  load(names)
  local isNoticed = number('noticed') > 0
  for at = firstOutcome, #ARGV, 5 do
    local name, group, runMs, bucket, text = ARGV[at], groups[ARGV[at + 1]], ARGV[at + 2], ARGV[at + 3], ARGV[at + 4]
    local isRare = isNoticed and slow().asksNotice(name)
    if
      (isRare or not completePlain(name, group, runMs, bucket, text))
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
  return tonumber(call('ZRANGE', prefix .. index, '0', '0', 'WITHSCORES')[2])
end
local reclaimed, cutShort = {}, false
local firstDue, firstLease = headOf('due'), headOf('lease')
if (firstDue and firstDue <= now) or (firstLease and firstLease <= now) or number('outs') > 0 then
  reclaimed, cutShort = slow().followDue()
end
if number('keyed') > 0 then
  cutShort = not slow().openRates() or cutShort
end
saveReady()
local endedRuns = #leavesLease

-- Types, each between blanks, of which jobs are ready: key of the list, rank and number of each.
local function readyLines(typesText)
  local counts, lines = {}, {}
  if call('HLEN', prefix .. 'p') <= 256 then
    local found = call('HGETALL', prefix .. 'p')
    for i = 1, #found, 2 do
      counts[found[i]] = tonumber(found[i + 1])
    end
  else
    for type in gmatch(typesText, '%S+') do
      local found = call('HMGET', prefix .. 'p', '0:' .. type, '1:' .. type, '2:' .. type, '3:' .. type)
      for rank = 0, 3 do
        counts[rank .. ':' .. type] = tonumber(found[rank + 1] or 0)
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

local claimed, claims, waitsFor = {}, {}, {}
-- Those that are not plain have been told of.
local function tellStarted(from)
  for i = from, #claimed do
    if startedType[claimed[i]] then
      tellMoved(claimed[i], 'W', startedType[claimed[i]])
    end
  end
end
-- Gives a job to each lane, while there are any of the types; `room` of them may be others than the library's own. How many are
-- running now, and how many of the others were chosen, when that was counted.
local function claim(lanes, typesText, room)
  local ready = readyLines(typesText)
  if #ready == 0 and number('keyed') == 0 then
    return 0, 0
  end
  local line = onlyLine(ready)
  local chosen, isCut, lineOf, others
  if line and room == math.huge then
    chosen = takeFrom(line, #lanes)
  else
    chosen, isCut, lineOf, others = slow().choose(ready, typesText, #lanes, room, ARGV[7])
  end
  local untilText, late, from = digits(now + leaseMs), number('late') > 0, #claimed
  fence = fence or (#chosen > 0 and nextFence(nowUs)) or nil
  load(chosen)
  local n, m, taken = #claims, #joinsLease, 0
  for i = 1, #chosen do
    local name, lane = chosen[i], lanes[taken + 1]
    local text = start(name, lane, line)
    if text then
      taken = taken + 1
      claimed[from + taken] = name
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
    add('c' .. sub(key, 1, 1), count)
  end
  starts = {}
  if tellsMoves() then
    tellStarted(from + 1)
  end
  if late and taken > 0 then
    add('late', -call('ZREM', prefix .. 'late', unpack(claimed, from + 1)))
  end
  -- A record that is gone although its entry was not: whoever comes next looks again.
  cutShort = cutShort or isCut or taken < #chosen
  return taken, others
end

local extras, heldUntil = find(ARGV[7], '\n', 1, true), nil
local lanes = wordsOf(ARGV[8])
if extras or number('paused') > 0 then
  waitsFor, heldUntil = slow().claimParts(claim, lanes, typesText, extras and sub(ARGV[7], extras + 1) or '')
elseif #lanes > 0 and claim(lanes, typesText, math.huge) < #lanes then
  waitsFor[1] = typesText
end
if number('limited') > 0 and endedRuns > #claimed then
  slow().freeSlots(endedRuns - #claimed)
end
saveSlow()
saveWrites()

if #joinsDue > 0 or #leavesDue > 0 then
  firstDue = headOf('due')
end
firstLease = headOf('lease')
local firstOpening = number('keyed') > 0 and slow().nextOpening() or nil
local due = math.min(firstDue or math.huge, firstLease or math.huge, firstOpening or math.huge, heldUntil or math.huge)
due = due < math.huge and due or nil
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
if #waitsFor > 0 then
  call('HSET', prefix .. 'w', instance, concat(waitsFor))
end
sendHints(isCluster)
saveNumbers()
return { nowText, dueText, more, stale, reclaimed, cancelled, claims }
