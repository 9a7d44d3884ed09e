-- Begins a namespace: when its counting began. Nothing changes when it has begun.
-- KEYS[1] `{namespace}:n`
-- ARGV: time
-- Reply: now
call('HSETNX', KEYS[1], 'since', digits(now))
return digits(now)
