-- What is paused.
-- KEYS[1] `{namespace}:n`
-- ARGV: time
-- Reply: of each `q` | `t<type>`
return call('SMEMBERS', prefix .. 'pa')
