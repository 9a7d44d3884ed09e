-- Removes a setting.
-- KEYS[1] `{namespace}:n`
-- ARGV: time, key
-- Reply: `removed` | `missing`
local standing = call('HGET', prefix .. 'st', ARGV[2])
if not standing then
  return 'missing'
end
for what in gmatch(match(standing, '^%d+ ?([^\n]*)'), '%S+') do
  if call('HINCRBY', prefix .. 'nt', what, -1) <= 0 then
    call('HDEL', prefix .. 'nt', what)
  end
end
call('HDEL', prefix .. 'st', ARGV[2])
call('ZREM', prefix .. 'si', ARGV[2])
call('HSET', KEYS[1], 'noticed', digits(call('HLEN', prefix .. 'nt')))
return 'removed'
