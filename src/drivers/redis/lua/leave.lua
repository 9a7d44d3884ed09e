-- Forgets an instance that stopped. Its leases, if any, stay until they expire.
-- KEYS[1] `{namespace}:n`
-- ARGV: time, instance
-- Reply: `left`
call('HDEL', prefix .. 'w', ARGV[2])
call('ZREM', prefix .. 'ia', ARGV[2])
call('DEL', prefix .. 'i:' .. ARGV[2])
return 'left'
