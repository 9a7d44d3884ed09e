-- Puts a setting, while the version that stands is the one given. `st` has them, `<version> <notices|-> ...\n<text>`, `si` their
-- keys in order; `nt` and `noticed` say which ends they ask for (see part-notices).
-- KEYS[1] `{namespace}:n`
-- ARGV: time, key, version, token, notices `<letter>:<type> ...`, text
-- Reply: done|conflict, version
local key, version, seen = ARGV[2], tonumber(ARGV[3]), prefix .. 'sa:' .. ARGV[4]
local known, knownVersion = match(call('GET', seen) or '', '^(%S+) (%d+)$')
if known == key then
  return { 'done', knownVersion }
end
local standing = call('HGET', prefix .. 'st', key)
local found, before = match(standing or '', '^(%d+) ?([^\n]*)')
if tonumber(found or 0) ~= version then
  return { 'conflict', digits(found or 0) }
end
for what in gmatch(before or '', '%S+') do
  if call('HINCRBY', prefix .. 'nt', what, -1) <= 0 then
    call('HDEL', prefix .. 'nt', what)
  end
end
for what in gmatch(ARGV[5], '%S+') do
  call('HINCRBY', prefix .. 'nt', what, 1)
end
call('HSET', KEYS[1], 'noticed', digits(call('HLEN', prefix .. 'nt')))
call('HSET', prefix .. 'st', key, digits(version + 1) .. ' ' .. ARGV[5] .. '\n' .. ARGV[6])
call('ZADD', prefix .. 'si', 0, key)
-- As long as a lost reply may be asked for again.
call('SET', seen, key .. ' ' .. digits(version + 1), 'PX', 600000)
return { 'done', digits(version + 1) }
