-- A new life for a job that is a dead letter or cancelled, unless another live job has its dedupe key.
-- KEYS[1] `{namespace}:n`
-- ARGV: time, '1' in a cluster, name, token
-- Reply: as cancel
local isCluster, token = ARGV[2] == '1', ARGV[4]
local record = recordOf(ARGV[3])
if not record then
  return 'missing'
end
local before = answerBefore(record, token)
if before then
  return done(record, before)
end
local from = record.status
if from ~= 'L' and from ~= 'X' then
  return 'conflict ' .. from
end
local _, holder
if record.dedupeKey ~= '-' then
  _, holder = rare().holderOf(record.dedupeKey)
end
if holder and not isFinal(holder) then
  return 'conflict ' .. holder.status
end

remember(record, token, from)
-- Its entry in the list of ended jobs is stale from now on; one behind which others must still be told has none yet, and so has
-- one that others need.
rare().unlist(record)
if record.isParent then
  call('ZREM', prefix .. 'hd', record.name)
end
call('HDEL', side(record), 'e', 'r', 'p', 'n', 'b', 'h', 'v')
forgetSteps(record.name)
call('DEL', prefix .. 'l:' .. record.name)
record.generation = record.generation + 1
record.failures = 0
record.worker, record.startedAt, record.completedAt, record.runMs = '-', '-', '-', '-'
if has(record, 'u') then
  record.flags = record.flags == 'u' and '-' or string.gsub(record.flags, 'u', '')
  refix(record)
end
beginLife(record, false)
leave(record)
record.status = nil
if has(record, 'd') then
  rare().revive(record)
else
  makeReady(record, now)
end
saveRecords()
saveWrites()
sendHints(isCluster)
saveNumbers()
return done(record, from)
