-- How it stands with the limits of keys (see part-gates).
-- KEYS[1] `{namespace}:n`
-- ARGV: time, concurrency key or '-', rate key or '-', the rate of the whole queue: max, 0 for none, and ms
-- Reply: now, max, running, max, perMs, free at, live, last start, when the queue's rate opens; '' for what is not there
local c, r = ARGV[2], ARGV[3]
local concurrency = call('HGET', prefix .. 'kc:' .. c, 'max')
local rate = call('HMGET', prefix .. 'kr:' .. r, 'max', 'per', 'live')
local starts = prefix .. 'ks:' .. r
local most, per = tonumber(ARGV[4]), tonumber(ARGV[5])
local start = most > 0 and tonumber(call('LINDEX', prefix .. 'ql', -most) or '')
local opens = start and start + per > now and digits(start + per) or ''
return {
  nowText,
  concurrency or '',
  digits(call('SCARD', prefix .. 'ku:' .. c)),
  rate[1] or '',
  rate[2] or '',
  rate[1] and call('LINDEX', starts, -tonumber(rate[1])) or '',
  rate[3] or '0',
  call('LINDEX', starts, -1) or '',
  opens,
}
