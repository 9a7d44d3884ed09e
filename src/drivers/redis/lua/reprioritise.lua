-- Puts a job that waits into another class, at its end.
-- KEYS[1] `{namespace}:n`
-- ARGV: time, '1' in a cluster, name, token, rank
-- Reply: as cancel
local isCluster, token, rank = ARGV[2] == '1', ARGV[4], ARGV[5]
local record = recordOf(ARGV[3])
if not record then
  return 'missing'
end
local before = answerBefore(record, token)
if before then
  return done(record, before)
end
local from = record.status
if isFinal(record) or from == 'W' then
  return 'conflict ' .. from
end

remember(record, token, from)
if rank ~= record.rank then
  local isReady = from == 'P'
  if isReady then
    leave(record)
    record.status = nil
  end
  record.rank = rank
  refix(record)
  touch(record)
  if isReady then
    record.ticket = nextNumber()
    enter(record, 'P')
    lineUp(record)
  end
end
saveRecords()
saveWrites()
sendHints(isCluster)
saveNumbers()
return done(record, from)
