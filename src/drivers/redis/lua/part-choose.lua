-- Chooses what is claimed: the class by the skip budgets, then, over the types that may be taken, the lowest ticket.
-- A line is what is looked at of one ready list: entries with their order, jobs that were handed back first.
local mostStale, mostBytes = 256, 1000000

local function addEntries(line, entries, kind)
  for i = 1, #entries do
    local ticket, name = match(entries[i], '^(%d+):(.+)$')
    local order = tonumber(ticket)
    line[#line + 1] = { name = name, entry = entries[i], kind = kind, ticket = order, order = kind == 'f' and order - frontZone or order }
  end
end

local function readLine(place, most)
  local line = { key = place.key, at = 1, rank = place.rank }
  if number('fronts') > 0 then
    addEntries(line, call('ZRANGE', prefix .. 'f:' .. line.key, 0, most - 1), 'f')
  end
  addEntries(line, call('LRANGE', prefix .. 'r:' .. line.key, 0, most - 1), 'r')
  return line
end

local isDoubtful, readyTickets, lineOf, isCut, chosenBytes = false, {}, {}, false, 0

-- The ticket by which a job is ready, 0 of one that is not. Its first bytes say it: what stands behind them may be megabytes.
local function readyTicketOf(name)
  if readyTickets[name] == nil then
    local record = records[name]
    if record then
      readyTickets[name] = record.status == 'P' and record.ticket or 0
    else
      local head = call('GETRANGE', prefix .. 'j:' .. name, 0, 127)
      readyTickets[name] = tonumber(match(head, '^P\n(%d+) ') or match(head, '^P (%d+) ') or 0)
    end
  end
  return readyTickets[name]
end

-- The lines in which something is ready, at most `most` entries of each; more when stale ones may stand among them.
local function readLines(places, most)
  local lines = {}
  local stale = number('stale') > 0 and mostStale or 0
  for i = 1, #places do
    local asked = math.min(most, places[i].ready) + stale
    lines[i] = readLine(places[i], asked)
    lines[i].hasMore = stale > 0 and #lines[i] >= asked
  end
  isDoubtful = number('stale') > 0
  return lines
end

-- The next entry of a line that is not known to be stale.
local function headOf(line)
  while line[line.at] do
    local entry = line[line.at]
    local ticket = not isDoubtful and entry.ticket or readyTicketOf(entry.name)
    if ticket == entry.ticket then
      return entry
    end
    if entry.kind == 'r' then
      add('stale', -1)
    end
    entry.taken = true
    line.at = line.at + 1
  end
  -- Behind so many stale ones there may be others that are not.
  isCut = isCut or line.hasMore
  return nil
end

-- For each class the line whose head was ready first.
local function headsOf(lines)
  local best = {}
  for i = 1, #lines do
    local head = headOf(lines[i])
    local rank = lines[i].rank
    if head and (not best[rank] or head.order < headOf(best[rank]).order) then
      best[rank] = lines[i]
    end
  end
  return best
end

-- A waiting class whose count reached its budget goes first, of several the lowest; else the highest that waits.
local function chooseRank(best, skips, budgets)
  for rank = 3, 1, -1 do
    if best[rank] and budgets[rank] > 0 and skips[rank] >= budgets[rank] then
      return rank
    end
  end
  for rank = 0, 3 do
    if best[rank] then
      return rank
    end
  end
  return nil
end

local function countSkips(best, skips, served)
  for rank = 0, 3 do
    if rank == served then
      skips[rank] = 0
    elseif best[rank] then
      skips[rank] = skips[rank] + 1
    end
  end
end

-- Takes the entries that were chosen, or found stale, out of their lists: they stand at the front.
local function popLines(lines)
  for i = 1, #lines do
    local line, fronts, popped = lines[i], {}, 0
    for j = 1, #line do
      if line[j].taken and line[j].kind == 'f' then
        fronts[#fronts + 1] = line[j].entry
      elseif line[j].taken then
        popped = popped + 1
      end
    end
    if popped > 0 then
      call('LPOP', prefix .. 'r:' .. line.key, popped)
    end
    if #fronts > 0 then
      add('fronts', -call('ZREM', prefix .. 'f:' .. line.key, unpack(fronts)))
    end
  end
end

-- Whoever was served longest ago, or never, goes first, and of these whoever has waited longest.
local function isBefore(one, line)
  if not line then
    return true
  end
  local turn, order = line.turn, line.order
  if not line.group then
    order = line[line.at].order
    turn = number('ut') > 0 and number('ut') or order - frontZone
  end
  return one.turn < turn or (one.turn == turn and one.order < order)
end

-- Whose turn it is in each class: a line of jobs without keys, which are one group, or a job with keys. `firsts` has what is
-- known of each place with keys.
local function turnsOf(lines, places, firsts)
  local best = headsOf(lines)
  for i = 1, #places do
    local place = places[i]
    if firsts[place] == nil then
      firsts[place] = keys().firstAt(place, function(name, ticket)
        return readyTicketOf(name) == ticket
      end) or false
    end
    local one = firsts[place]
    if one and isBefore(one, best[one.rank]) then
      best[one.rank] = one
    end
  end
  return best
end

-- Those whose turn may not be next any more.
local function forgetTurns(firsts, served)
  for place, one in pairs(firsts) do
    local group = one and one.group
    if group and (group == served or (group.c and group.c == served.c) or (group.r and group.r == served.r)) then
      firsts[place] = nil
    end
  end
end

local function isOwn(key)
  return sub(key, 3, 10) == 'riptide.'
end

-- Those of the library itself.
local function ownOf(list)
  local own = {}
  for i = 1, #list do
    if isOwn(list[i].key or list[i]) then
      own[#own + 1] = list[i]
    end
  end
  return own
end

-- Takes the job whose turn it is in a class.
local function take(one, firsts)
  if one.group then
    keys().start(one.group, one.place, one.name)
    firsts[one.place] = nil
    forgetTurns(firsts, one.group)
    return one.name, one.place
  end
  local entry = one[one.at]
  entry.taken = true
  one.at = one.at + 1
  lineOf[entry.name] = one.key
  serveUnkeyed()
  return entry.name, one.key
end

-- The names of up to `most` jobs of these types, in the order of their claims, of which `room` may be others than the library's
-- own: whether a bound left some that may be ready, from which line each was taken, and how many others there are. Where large
-- jobs are, a step carries a megabyte of them.
local function choose(ready, typesText, most, room, budgetWords)
  local high, normal, low = match(budgetWords, '^(%d+) (%d+) (%d+)')
  local budgets, chosen, others, firsts = { tonumber(high), tonumber(normal), tonumber(low) }, {}, 0, {}
  readNumbers({ 's0', 's1', 's2', 's3' })
  local skips = { [0] = number('s0'), number('s1'), number('s2'), number('s3') }
  local before = { [0] = skips[0], skips[1], skips[2], skips[3] }
  local lines = readLines(ready, most)
  local hasKeyed = number('keyed') > 0
  local left, places = lines, hasKeyed and keys().placesOf(typesText) or {}
  while #chosen < most do
    if others >= room then
      left, places = ownOf(left), ownOf(places)
    end
    local best = turnsOf(left, places, firsts)
    local rank = chooseRank(best, skips, budgets)
    if not rank then
      break
    end
    local one = best[rank]
    local name = one.name or one[one.at].name
    local bytes = number('large') > 0 and call('STRLEN', prefix .. 'j:' .. name) or 0
    if chosenBytes + bytes > mostBytes and chosenBytes > 0 then
      isCut = true
      break
    end
    chosenBytes = chosenBytes + bytes
    local key
    chosen[#chosen + 1], key = take(one, firsts)
    others = others + (isOwn(key) and 0 or 1)
    countSkips(best, skips, rank)
  end
  popLines(lines)
  for rank = 0, 3 do
    if skips[rank] ~= before[rank] then
      replace('s' .. rank, skips[rank])
    end
  end
  return chosen, isCut or (hasKeyed and keys().isCut()), lineOf, others
end

-- A job that was chosen runs from now on; its new text, or nil when it is not ready after all.
local function startSlowly(name, fence, worker)
  local record = recordOf(name)
  if not record or record.status ~= 'P' then
    return nil
  end
  count(record, -1)
  add('c' .. record.rank, 1)
  enter(record, 'W')
  record.fence, record.worker, record.startedAt = fence, worker, nowText
  return textOf(record), record.type, digits(record.readyAt)
end
