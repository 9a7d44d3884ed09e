-- Adds jobs, each by itself. Sent twice it adds them once: an id that stands with the same token is answered as before.
-- KEYS[1] `{namespace}:n`
-- ARGV: time, '1' in a cluster, number of groups, groups `<type> <rank> <maxAttempts>` ..., then for each job: name, and
--   the number of its group and `<options length> <payload length>\n<options><payload>`, for one that is ready at once and has
--   no key, token or digest; else head (see part-create) and `<options><payload>`
-- Reply, for each job one word or words: `created <status letter, if not pending>` | `conflict` | `orphan <name>` |
--   `circle <name>` | `standing <status letter> <name> <r, if replaced>`
local isCluster, groupCount = ARGV[2] == '1', tonumber(ARGV[3])
local first = 4 + groupCount
local names, keys, answers = {}, {}, {}
for i = first, #ARGV, 3 do
  names[#names + 1] = ARGV[i]
  keys[#keys + 1] = prefix .. 'j:' .. ARGV[i]
end
if call('EXISTS', unpack(keys)) > 0 then
  load(names)
else
  for i = 1, #names do
    texts[names[i]] = false
  end
end
readNumbers({ 'seq', 'moves', 'windows' })
local isTold = tellsMoves()

-- What the plain jobs of one group have in common, and how many there were.
local groups = {}
for i = 1, groupCount do
  local type, rank = match(ARGV[3 + i], '^(%S+) (%d)')
  noteOwn(type)
  groups[tostring(i)] = {
    type = type,
    rank = rank,
    words = ' ' .. ARGV[3 + i] .. ' ' .. nowText .. ' ',
    entries = entriesOf(type, rank),
    isLate = now < number(type .. ' l' .. rank),
    count = 0,
  }
end
local seq = number('seq')
local bucket, order

-- A job as most are: its text is put together without a look at its parts.
local function addPlain(name, group, text)
  seq = seq + 1
  local seqText = digits(seq)
  if #text > largeBytes then
    replace('large', 1)
  end
  rewrite(name, 'P\n' .. seqText .. group.words .. text)
  group.count = group.count + 1
  if isTold then
    tellMoved(name, 'P', group.type)
  end
  group.entries[#group.entries + 1] = seqText .. ':' .. name
  if group.isLate then
    call('ZADD', prefix .. 'late', nowText, name)
    add('late', 1)
  end
  local place = floor(seq / 128)
  if place ~= bucket then
    bucket, order = place, joinsOrder[place] or {}
    joinsOrder[place] = order
  end
  order[#order + 1] = seqText
  order[#order + 1] = name
  return 'created'
end

local function addRare(name, head, body)
  replace('seq', seq)
  local answer = slow().add(name, head, body)
  seq, bucket = number('seq'), nil
  return answer
end

for i = 1, #names do
  local at = first + (i - 1) * 3
  local group = groups[ARGV[at + 1]]
  if not group then
    answers[i] = addRare(names[i], ARGV[at + 1], ARGV[at + 2])
  elseif texts[names[i]] then
    answers[i] = slow().answerForPlain(names[i])
  else
    answers[i] = addPlain(names[i], group, ARGV[at + 2])
  end
end

replace('seq', seq)
for _, group in pairs(groups) do
  if group.count > 0 then
    if not group.isLate then
      replace(group.type .. ' l' .. group.rank, now)
    end
    addReady(group.rank .. ':' .. group.type, group.count)
    add(group.type .. ' ms', group.count)
    gain(group.type, group.count)
  end
end
saveSlow()
saveWrites()
sendHints(isCluster)
saveNumbers()
return answers
