-- Reads a job with all that is kept of it.
-- KEYS[1] `{namespace}:n`
-- ARGV: time, name
-- Reply: now, record or nil, side fields e r p b t, log lines, those that it waits for, others need its result '0'|'1'
local name = ARGV[2]
local text = call('GET', prefix .. 'j:' .. name)
local rank = text and match(text, '^[^\n]*\n%d+ %S+ (%d)')
local isHeld = rank and rank > '3' and call('EXISTS', prefix .. 'd:' .. name) == 1
local isBlocked = text and sub(text, 1, 1) == 'B'
return {
  digits(now),
  text,
  call('HMGET', prefix .. 's:' .. name, 'e', 'r', 'p', 'b', 't'),
  call('LRANGE', prefix .. 'l:' .. name, 0, -1),
  isBlocked and call('ZRANGE', prefix .. 'w:' .. name, 0, -1) or {},
  isHeld and '1' or '0',
}
