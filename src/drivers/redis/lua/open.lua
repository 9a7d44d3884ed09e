-- Begins a namespace: when its counting began. Nothing changes when it has begun.
-- KEYS[1] `{namespace}:n`
-- ARGV: time
-- Reply: now
call('HSETNX', KEYS[1], 'since', digits(now))
-- Redis keeps a small hash as a list, and a step would walk through it to each of some thirty numbers that it reads and writes.
-- One text of more than 64 bytes makes a table of it.
call('HSETNX', KEYS[1], 'wide', string.rep('-', 65))
return digits(now)
