-- Reads a job with all that is kept of it.
-- KEYS[1] `{namespace}:n`
-- ARGV: time, name
-- Reply: now, record or nil, side fields e r p b, log lines
local name = ARGV[2]
return {
  digits(now),
  call('GET', prefix .. 'j:' .. name),
  call('HMGET', prefix .. 's:' .. name, 'e', 'r', 'p', 'b'),
  call('LRANGE', prefix .. 'l:' .. name, 0, -1),
}
