-- Removes a schedule; its jobs stay. The same token again gets the same answer.
-- KEYS[1] `{namespace}:n`
-- ARGV: time, id, token
-- Reply: `removed` | `missing`
if call('GET', prefix .. 'gt:' .. ARGV[3]) == ARGV[2] then
  return 'removed'
end
local one = readSchedule(ARGV[2])
if one then
  call('HDEL', prefix .. 'g', one.id)
  call('HDEL', prefix .. 'gn', one.name)
  -- As long as a lost reply may be asked for again.
  call('SET', prefix .. 'gt:' .. ARGV[3], one.id, 'PX', 600000)
  call('PUBLISH', prefix .. 'sc', '')
  return 'removed'
end
return 'missing'
