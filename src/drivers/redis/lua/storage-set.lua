-- Keeps a text under a key, for a time or for good.
-- KEYS[1] `{namespace}:t`, the shelf: texts stand under `<shelf>:<key>`, all keys in `<shelf>i` in the order of their
--   bytes, the ends of those that have one in the sorted set `<shelf>x`
-- ARGV: time, key, text, ttl in ms or '' for good
-- Reply: `kept`
local key = ARGV[2]
local place, names, ends = KEYS[1] .. ':' .. key, KEYS[1] .. 'i', KEYS[1] .. 'x'
if ARGV[4] == '' then
  call('SET', place, ARGV[3])
  call('ZREM', ends, key)
else
  local untilMs = digits(now + tonumber(ARGV[4]))
  if ARGV[1] == '' then
    -- The server lets the text go by itself; pruning only has its names to remove.
    call('SET', place, ARGV[3], 'PXAT', untilMs)
  else
    call('SET', place, ARGV[3])
  end
  call('ZADD', ends, untilMs, key)
end
call('ZADD', names, 0, key)
return 'kept'
