-- Removes a job that has ended, and that no live one depends on.
-- KEYS[1] `{namespace}:n`
-- ARGV: time, '1' in a cluster, name
-- Reply: `missing` | `conflict <status letter>` | `held` | `done`
local record = rare().headOf(ARGV[3])
if not record then
  return 'missing'
elseif not isFinal(record) then
  return 'conflict ' .. record.status
end
-- Behind one in the line of a schedule others may still have to be told.
local isTold = rare().isTold(record)
if rare().isTied(record) or (record.schedule ~= '-' and not isTold) then
  return 'held'
end
forget(record, isTold and call('STRLEN', prefix .. 'j:' .. record.name) or nil)
if has(record, 'd') then
  rare().untieAll(record)
end
saveRecords()
saveWrites()
sendHints(ARGV[2] == '1')
saveNumbers()
return 'done'
