-- The moves of plain jobs: those without dedupe key, schedule, token, digest or terms, on which nobody depends, that never failed
-- and were never handed back. Their state line is `P`, then `W <fence> <worker> <startedAt>`, then `C <fence> <worker>
-- <startedAt> <completedAt> <runMs> <result>`; all else is as it was made. No other job that runs has so short a line. The new
-- text is put together from the old one, which is most of the speed.
local settled, endedPlain = {}, nil
local waitType, waitReadyAt, waitField

-- What many outcomes have in common: `<i|k|-> <fence> <ttl> <keep 0|1>`, `R <fence> <afterMs>`, `L <fence>`,
-- `F <fence>[ <afterMs>]`.
local function groupOf(owner, words)
  local kind, fence, amount, keep = match(words, '^(%S) (%S+) ?(%S*) ?([01]?)$')
  local group = { kind = kind, fence = fence, amount = amount, keep = keep == '1', isPlain = keep ~= '' }
  group.started = 'W ' .. fence .. ' ' .. owner
  group.hasResult = group.isPlain and kind ~= '-' and amount ~= '0'
  if group.hasResult then
    group.over = kind .. digits(now + amount) .. '.'
  end
  return group
end

-- Results stand in lists, one for each time to live: each is in the order in which they are over.
local function resultsOf(ttl)
  local key = 'x:' .. ttl
  if not joinsList[key] then
    joinsList[key] = {}
    if number('x' .. ttl) == 0 then
      replace('x' .. ttl, 1)
      call('SADD', prefix .. 'xs', ttl)
    end
  end
  return joinsList[key]
end

local function sumsOf(type)
  local sums = settled[type]
  if not sums then
    sums = { count = 0, us = 0, kept = 0, bytes = 0, names = { '+C ' .. type }, buckets = {} }
    settled[type] = sums
  end
  return sums
end

-- A plain job returned. False when it is not one, or not this run's.
local function completePlain(name, group, runMs, bucket, text)
  local old, started = texts[name], group.started
  if not old or not group.isPlain or sub(old, 1, #started) ~= started then
    return false
  end
  local eol = find(old, '\n', #started, true)
  local seq, type = match(old, '^(%d+) (%S+) [0-3]', eol + 1)
  if not seq then
    return false
  end
  local sums = settled[type] or sumsOf(type)
  local count = sums.count + 1
  sums.count = count
  sums.us = sums.us + floor(runMs * 1000 + 0.5)
  sums.names[count + 1] = name
  sums.buckets[bucket] = (sums.buckets[bucket] or 0) + 1
  leavesLease[#leavesLease + 1] = name
  if not group.keep then
    removeJob(name, seq)
    return true
  end
  local new
  if group.hasResult then
    new = 'C' .. sub(old, 2, eol - 1) .. ' ' .. nowText .. ' ' .. runMs .. ' ' .. group.over .. digits(#text) .. sub(old, eol) .. text
    local results = group.results or resultsOf(group.amount)
    group.results = results
    results[#results + 1] = name
  else
    new = 'C' .. sub(old, 2, eol - 1) .. ' ' .. nowText .. ' ' .. runMs .. ' -' .. sub(old, eol)
  end
  rewrite(name, new)
  if not endedPlain then
    endedPlain = joinsList['e:C'] or {}
    joinsList['e:C'] = endedPlain
  end
  endedPlain[#endedPlain + 1] = '1:' .. name
  sums.kept = sums.kept + 1
  sums.bytes = sums.bytes + #new
  return true
end

local function addSettled()
  for type, sums in pairs(settled) do
    add(type .. ' W', -sums.count)
    add(type .. ' mc', sums.count)
    add(type .. ' mt', sums.us)
    if sums.kept > 0 then
      add(type .. ' C', sums.kept)
      add('hC', sums.kept)
      add('bC', sums.bytes)
    end
    for bucket, count in pairs(sums.buckets) do
      add(type .. ' u' .. bucket, count)
    end
    tellAllEnded(sums.names)
  end
end

-- Where something is ready, when that is one place only and no entry there can be stale: its key and type.
local function onlyLine(ready)
  local isPlain = number('fronts') == 0 and number('stale') == 0 and number('large') == 0 and number('keyed') == 0
  return #ready == 1 and isPlain and ready[1] or nil
end

-- Jobs without keys are one group among those that take turns.
local function serveUnkeyed()
  replace('ut', math.max(number('turn'), number('ut')) + 1)
end

-- One class waits, and is served as long as it lasts.
local function takeFrom(line, most)
  local chosen = call('LPOP', prefix .. 'r:' .. line.key, digits(most)) or {}
  for i = 1, #chosen do
    chosen[i] = sub(chosen[i], find(chosen[i], ':', 1, true) + 1)
  end
  if #chosen > 0 then
    serveUnkeyed()
    local skips = 's' .. sub(line.key, 1, 1)
    if number(skips) ~= 0 then
      replace(skips, 0)
    end
  end
  return chosen
end

-- Buckets of durations, as core/histogram.ts has them.
local function bucketOf(ms)
  if ms <= 0.01 then
    return 0
  end
  return math.ceil(math.log(ms / 0.01) / math.log(1.1))
end

-- How long a job waited; most of a step became ready at the same time.
local function countWait(type, readyAt)
  if readyAt ~= waitReadyAt or type ~= waitType then
    waitType, waitReadyAt, waitField = type, readyAt, type .. ' w' .. digits(bucketOf(now - readyAt))
  end
  added[waitField] = (added[waitField] or 0) + 1
end

-- A plain job that is ready runs from now on: its state line becomes `begin`. Nil when it is not one.
local function startPlain(name, begin)
  local old = texts[name]
  -- One that was made in this step has no text yet.
  if not old or old == true or sub(old, 1, 2) ~= 'P\n' then
    return nil
  end
  local type, rank, createdAt = match(old, '^%d+ (%S+) ([0-3]) %d+ (%d+) %d+ %d+\n', 3)
  if not type then
    return nil
  end
  local new = begin .. sub(old, 2)
  rewrite(name, new)
  return new, type, createdAt, rank
end
