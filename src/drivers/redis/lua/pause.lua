-- From now on no job of a type, or but for those of the library itself of any type, is claimed.
-- KEYS[1] `{namespace}:n`
-- ARGV: time, `q` | `t<type>`
-- Reply: `paused`
call('SADD', prefix .. 'pa', ARGV[2])
call('HSET', KEYS[1], 'paused', digits(call('SCARD', prefix .. 'pa')))
return 'paused'
