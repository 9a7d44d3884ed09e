-- Reads who lives, some at a time.
-- KEYS[1] `{namespace}:n`
-- ARGV: time, how many to pass over
-- Reply: now, more '0'|'1', then of each: its words (nil of one that never said who it is), last heartbeat, lease in ms
local page = 256
local names = call('ZRANGEBYSCORE', prefix .. 'ia', '(' .. digits(now), '+inf', 'LIMIT', ARGV[2], page)
local reply = { digits(now), #names == page and '1' or '0' }
for i = 1, #names do
  reply[#reply + 1] = call('HMGET', prefix .. 'i:' .. names[i], 'v', 'beat', 'lease')
end
return reply
