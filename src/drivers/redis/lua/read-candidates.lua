-- Looks for jobs in a state and of a type: among the names given, or else from a place in the order of creation on, newest
-- first, for as many as one step may look at. `ob` holds the buckets of that order that have jobs in them.
-- KEYS[1] `{namespace}:n`
-- ARGV: time, letters of the states or '' for any, type or '' for any, texts wanted '0'|'1', only jobs before this sequence
--   number or '' for all, names ...
-- Reply: where to go on ('' at the end), then of each job: sequence number, name, and with texts: its two lines, its error
local letters, type, wantsTexts, before = ARGV[2], ARGV[3], ARGV[4] == '1', tonumber(ARGV[5])
local needsRecord = wantsTexts or letters ~= '' or type ~= ''
local most, mostBuckets = needsRecord and 128 or 512, 64
local reply = { '' }

-- The two lines of a record alone: what stands behind them may be megabytes.
local function linesOf(name)
  for _, lastByte in ipairs({ 255, 8191, -1 }) do
    local text = call('GETRANGE', prefix .. 'j:' .. name, 0, lastByte)
    local eol = find(text, '\n', 1, true)
    local fixedEnd = eol and find(text, '\n', eol + 1, true)
    if fixedEnd then
      return sub(text, 1, fixedEnd)
    end
  end
  return nil
end

local function look(name)
  local lines = linesOf(name)
  if not lines then
    return
  end
  local seq, typeOfJob = match(lines, '\n(%d+) (%S+)')
  if letters ~= '' and not find(letters, sub(lines, 1, 1), 1, true) or type ~= '' and type ~= typeOfJob then
    return
  end
  reply[#reply + 1] = seq
  reply[#reply + 1] = name
  if wantsTexts then
    reply[#reply + 1] = lines
    reply[#reply + 1] = call('HGET', prefix .. 's:' .. name, 'e') or ''
  end
end

-- The jobs of a bucket that stand before the place: sequence numbers, newest first, and names by them.
local function readBucket(bucket)
  local entries = call('HGETALL', prefix .. 'o:' .. bucket)
  local seqs, names = {}, {}
  for i = 1, #entries, 2 do
    local seq = tonumber(entries[i])
    if not before or seq < before then
      seqs[#seqs + 1] = seq
      names[seq] = entries[i + 1]
    end
  end
  table.sort(seqs, function(a, b)
    return a > b
  end)
  return seqs, names
end

local function walk()
  local highest = before and digits(floor((before - 1) / 128)) or '+inf'
  local buckets = call('ZREVRANGEBYSCORE', prefix .. 'ob', highest, '-inf', 'LIMIT', 0, mostBuckets)
  local looked = 0
  for i = 1, #buckets do
    local seqs, names = readBucket(buckets[i])
    if looked > 0 and looked + #seqs > most then
      return
    end
    looked = looked + #seqs
    for j = 1, #seqs do
      if needsRecord then
        look(names[seqs[j]])
      else
        reply[#reply + 1] = digits(seqs[j])
        reply[#reply + 1] = names[seqs[j]]
      end
    end
    reply[1] = digits(buckets[i] * 128)
  end
  if #buckets < mostBuckets then
    reply[1] = ''
  end
end

if #ARGV > 5 then
  for i = 6, #ARGV do
    look(ARGV[i])
  end
else
  walk()
end
return reply
