-- Somebody listens to all moves: they are told for another while.
-- KEYS[1] `{namespace}:n`
-- ARGV: time, ms
-- Reply: now
call('HSET', KEYS[1], 'moves', digits(now + ARGV[2]))
return digits(now)
