-- Reads jobs that can be moved, all that is kept of them, in an order that keeps theirs: ended ones by their ends, ready ones by
-- their claims, delayed ones by their time, then whatever is left by its creation. Bounded by what it looks at.
-- KEYS[1] `{namespace}:n`
-- ARGV: time, stretch, mark or '', most jobs, most bytes
-- Reply: the last number given, where to go on ('' at the end), now, then of each job: name, in front '0'|'1', record, side
--   fields e r p b t, log lines, those that it waits for, fields and values that have its steps, others need its result '0'|'1'
-- It goes on at `<stretch>:<mark>`, or at `rest:<mark>/<number>` behind one of those that the next job waits for.
local most, mostBytes, page, mostLooked, mostAbove = tonumber(ARGV[4]), tonumber(ARGV[5]), 128, 512, 1000
local reply = { digits(number('seq')), '', nowText }
local count, bytes, looked = 0, 0, 0
local shown = {}
local lines

-- Of indexes from which what has moved is gone: the mark says how many are still to come, whatever became of those before.
local function restOf(length, mark)
  local first = math.max(0, length - tonumber(mark == '' and length or mark))
  return first, first + page - 1
end

local function ended(status)
  return function(mark)
    local key, found = prefix .. 'e:' .. status, {}
    local length = call('LLEN', key)
    local first, last = restOf(length, mark)
    for i, entry in ipairs(call('LRANGE', key, first, last)) do
      local generation, name = match(entry, '^(%d+):(.+)$')
      found[i] = { name = name, mark = length - first - i, status = status, generation = generation }
    end
    return found, last >= length - 1
  end
end

-- Ended ones that are kept for others stand in no list of these.
local function held(mark)
  local seq, found = tonumber(mark == '' and 0 or mark), {}
  local entries = call('ZRANGEBYSCORE', prefix .. 'hd', '(' .. digits(seq), '+inf', 'WITHSCORES', 'LIMIT', 0, page)
  for i = 1, #entries, 2 do
    found[#found + 1] = { name = entries[i], mark = tonumber(entries[i + 1]), status = 'CLX' }
  end
  return found, #found < page
end

local function due(mark)
  local key, found = prefix .. 'due', {}
  local length = call('ZCARD', key)
  local first, last = restOf(length, mark)
  for i, name in ipairs(call('ZRANGE', key, first, last)) do
    found[i] = { name = name, mark = length - first - i, status = 'DR' }
  end
  return found, last >= length - 1
end

-- Where the entries with a later ticket begin in a list: mostly at its head.
local function placeBehind(key, ticket)
  local function ticketAt(i)
    return tonumber(match(call('LINDEX', key, i) or '', '^%d+') or math.huge)
  end
  if ticketAt(0) > ticket then
    return 0
  end
  local low, high = 1, call('LLEN', key)
  while low < high do
    local middle = floor((low + high) / 2)
    if ticketAt(middle) > ticket then
      high = middle
    else
      low = middle + 1
    end
  end
  return low
end

-- The lists of a class in which something is ready.
local function linesOf(rank)
  if not lines then
    lines = call('HKEYS', prefix .. 'p')
  end
  local found = {}
  for i = 1, #lines do
    if sub(lines[i], 1, 2) == rank .. ':' then
      found[#found + 1] = lines[i]
    end
  end
  return found
end

-- The ready jobs of a class, over all types the lowest ticket first, as far as that can be told from some of each list.
local function ready(rank, kind)
  return function(mark)
    local ticket, found, horizon = tonumber(mark == '' and 0 or mark), {}, math.huge
    local keys = linesOf(rank)
    local each = math.max(4, floor(page / math.max(1, #keys)))
    for i = 1, #keys do
      local key, entries = prefix .. kind .. ':' .. keys[i], nil
      if kind == 'f' then
        entries = call('ZRANGEBYSCORE', key, '(' .. digits(ticket), '+inf', 'LIMIT', 0, each)
      else
        local first = placeBehind(key, ticket)
        entries = call('LRANGE', key, first, first + each - 1)
      end
      for j = 1, #entries do
        local own, name = match(entries[j], '^(%d+):(.+)$')
        found[#found + 1] = { name = name, mark = tonumber(own), status = 'P', ticket = own, front = kind == 'f' }
      end
      if #entries == each then
        horizon = math.min(horizon, found[#found].mark)
      end
    end
    table.sort(found, function(a, b)
      return a.mark < b.mark
    end)
    while #found > 0 and found[#found].mark > horizon do
      found[#found] = nil
    end
    return found, horizon == math.huge
  end
end

-- Ready jobs that share keys, first those that were handed back: their order there lies so far below that of all others.
local frontZone = 4503599627370496
local function keyed(mark)
  local from, found = mark == '' and '-inf' or '(' .. digits(mark - frontZone), {}
  local entries = call('ZRANGEBYSCORE', prefix .. 'kt', from, '+inf', 'WITHSCORES', 'LIMIT', 0, page)
  for i = 1, #entries, 2 do
    local order = tonumber(entries[i + 1])
    found[#found + 1] = { name = entries[i], mark = order + frontZone, status = 'P', front = order < 0 }
  end
  return found, #found < page
end

local function rest(mark)
  local seq, found = tonumber(mark == '' and 0 or mark), {}
  local buckets = call('ZRANGEBYSCORE', prefix .. 'ob', digits(floor(seq / 128)), '+inf', 'LIMIT', 0, 4)
  for i = 1, #buckets do
    local entries = call('HGETALL', prefix .. 'o:' .. buckets[i])
    for j = 1, #entries, 2 do
      if tonumber(entries[j]) > seq then
        found[#found + 1] = { name = entries[j + 1], mark = tonumber(entries[j]), status = 'PDRBCLX' }
      end
    end
  end
  table.sort(found, function(a, b)
    return a.mark < b.mark
  end)
  -- Buckets that are empty against all rules must not be looked at for ever.
  return found, #buckets < 4, buckets[4] and digits(buckets[4] * 128 + 127)
end

-- Its record, when it stands as the index says that was looked at.
local function textOf(one)
  local text = call('GET', prefix .. 'j:' .. one.name)
  local status = text and sub(text, 1, 1)
  if not text or not find(one.status, status, 1, true) then
    return nil
  end
  if one.ticket and (match(text, '^P (%d+) ') or match(text, '^P\n(%d+) ')) ~= one.ticket then
    return nil
  end
  if find('CLX', status, 1, true) then
    local generation = match(text, '^%u %d+ %d+ (%d+) %d+ %d+ %S+ %S+ %S+ %S+ %S+\n') or '1'
    local isTold = tonumber(call('HGET', prefix .. 's:' .. one.name, 'o') or 0) == 0
    return isTold and (one.generation or generation) == generation and text or nil
  end
  return text
end

-- Whether a ready job stands in front of its class.
local function isInFront(one, text)
  local order = tonumber(call('ZSCORE', prefix .. 'kt', one.name) or '')
  if order then
    return order < 0
  end
  local ticket, type, rank = match(text, '^P (%d+) [^\n]*\n%d+ (%S+) (%d) ')
  rank = rank and digits(rank % 4)
  return ticket and number('fronts') > 0 and call('ZSCORE', prefix .. 'f:' .. rank .. ':' .. type, ticket .. ':' .. one.name)
end

local function show(one, text)
  local n = #reply
  reply[n + 1], reply[n + 2], reply[n + 3] = one.name, (one.front or isInFront(one, text)) and '1' or '0', text
  local key, rank = prefix .. 's:' .. one.name, match(text, '^[^\n]*\n%d+ %S+ (%d)')
  reply[n + 4] = call('HMGET', key, 'e', 'r', 'p', 'b', 't')
  reply[n + 5] = call('LRANGE', prefix .. 'l:' .. one.name, 0, -1)
  reply[n + 6] = sub(text, 1, 1) == 'B' and call('ZRANGE', prefix .. 'w:' .. one.name, 0, -1) or {}
  reply[n + 7] = call('HEXISTS', key, '+') == 1 and call('HGETALL', key) or {}
  reply[n + 8] = rank > '3' and call('EXISTS', prefix .. 'd:' .. one.name) == 1 and '1' or '0'
end

local stretches = {
  { 'C', ended('C') },
  { 'L', ended('L') },
  { 'X', ended('X') },
  { 'H', held },
  { '0f', ready('0', 'f') },
  { '0r', ready('0', 'r') },
  { '1f', ready('1', 'f') },
  { '1r', ready('1', 'r') },
  { '2f', ready('2', 'f') },
  { '2r', ready('2', 'r') },
  { '3f', ready('3', 'f') },
  { '3r', ready('3', 'r') },
  { 'k', keyed },
  { 'due', due },
  { 'rest', rest },
}

-- A job behind those that it waits for, each behind its own, as far as they would come up later: the order of creation is not
-- theirs where one was replaced. Looks at so many of them, about.
local function lineOf(one)
  local line, left, met, placed, above = {}, { one }, {}, {}, 0
  while #left > 0 do
    local top, depth = left[#left], #left
    local names = not met[top.name] and above < mostAbove and call('ZRANGE', prefix .. 'w:' .. top.name, 0, -1) or {}
    met[top.name] = true
    for i = #names, 1, -1 do
      local isNew = not met[names[i]] and not shown[names[i]]
      local head = isNew and call('GETRANGE', prefix .. 'j:' .. names[i], 0, 255) or ''
      local seq = tonumber(match(head, '^B[^\n]*\n(%d+) ') or 0)
      if seq > one.mark then
        left[#left + 1] = { name = names[i], mark = seq, status = 'B' }
      end
    end
    above = above + #names
    if #left == depth then
      left[depth] = nil
      line[#line + 1] = not placed[top.name] and top or nil
      placed[top.name] = true
    end
  end
  looked = looked + above
  return line
end

-- Where to go on in a line of which one was shown before.
local function placeBehindOf(line, behind)
  for i = 1, behind and #line or 0 do
    if line[i].mark == behind then
      return i + 1
    end
  end
  return 1
end

-- False when a bound was reached before its end. `behind` is the last that was shown of those put before the next one.
local function goAlong(stretch, mark, behind)
  repeat
    local found, isLast, passed = stretch[2](mark)
    for i = 1, #found do
      local line = stretch[1] == 'rest' and lineOf(found[i]) or { found[i] }
      for j = placeBehindOf(line, behind), #line do
        local one = line[j]
        local text = not shown[one.name] and textOf(one)
        looked = looked + 1
        if text then
          bytes = bytes + #text
          if count >= most or (count > 0 and bytes > mostBytes) then
            return false
          end
          count = count + 1
          shown[one.name] = true
          show(one, text)
        end
        reply[2] = concat({ stretch[1], ':', mark == '' and 0 or mark, '/', digits(one.mark) })
      end
      behind, mark = nil, digits(found[i].mark)
      reply[2] = stretch[1] .. ':' .. mark
      if looked >= mostLooked then
        return false
      end
    end
    mark = #found == 0 and passed or mark
  until isLast
  return true
end

local from, behind = match(ARGV[3], '^(%d*)/?(%d*)$')
local isBehind = false
for i = 1, #stretches do
  local isHere = stretches[i][1] == ARGV[2]
  if isHere or isBehind then
    if not goAlong(stretches[i], isHere and from or '', isHere and tonumber(behind) or nil) then
      return reply
    end
    isBehind = true
  end
end
reply[2] = ''
return reply
