-- Ends a job that has not ended; a run is taken from its instance, which is told.
-- KEYS[1] `{namespace}:n`
-- ARGV: time, '1' in a cluster, name, token, has a reason '0'|'1', reason as a word
-- Reply: `missing` | `conflict <status letter>` | done, from, now, record, error, reason, progress, blocker, lines, has a reason,
--   terms, those that it waits for, others need its result '0'|'1'
local isCluster, token = ARGV[2] == '1', ARGV[4]
local record = recordOf(ARGV[3])
if not record then
  return 'missing'
end
local before = answerBefore(record, token)
if before then
  return done(record, before)
end
if isFinal(record) then
  return 'conflict ' .. record.status
end

local from = record.status
local isSlot = from == 'W' and number('limited') > 0
if from == 'W' then
  local seat = prefix .. 'i:' .. match(record.worker, '^(.*)/')
  if call('EXISTS', seat) == 1 then
    local told = call('HGET', seat, 'x')
    call('HSET', seat, 'x', (told and told .. '\n' or '') .. record.name .. ' ' .. record.fence)
  end
  tellTaken(record, 'cancelled')
  record.fence = nextFence(0)
end
if ARGV[5] == '1' then
  call('HSET', side(record), 'r', ARGV[6])
end
remember(record, token, from)
add(record.type .. ' mx', 1)
finish(record, 'X', true)
saveRecords()
saveWrites()
if isSlot then
  freeSlots(1)
end
sendHints(isCluster)
saveNumbers()
return done(record, from)
