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
local holder = record.dedupeKey ~= '-' and call('HGET', prefix .. 'k', record.dedupeKey)
holder = holder and recordOf(holder)
if holder then
  return 'conflict ' .. holder.status
end

remember(record, token, from)
-- Its entry in the list of ended jobs is stale from now on; one behind which others must still be told has none yet.
if tonumber(call('HGET', side(record), 'o') or 0) == 0 then
  add('h' .. from, -1)
  add('b' .. from, -call('STRLEN', prefix .. 'j:' .. record.name))
end
call('HDEL', side(record), 'e', 'r', 'p', 'n', 'b', 'h')
call('DEL', prefix .. 'l:' .. record.name)
record.generation = record.generation + 1
record.failures = 0
record.worker, record.startedAt, record.completedAt, record.runMs = '-', '-', '-', '-'
beginLife(record)
makeReady(record, now)
saveRecords()
saveWrites()
sendHints(isCluster)
saveNumbers()
return done(record, from)
