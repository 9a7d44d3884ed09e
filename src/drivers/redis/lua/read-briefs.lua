-- Reads jobs without their payloads, which may be megabytes: the first bytes of each record, and its result.
-- KEYS[1] `{namespace}:n`
-- ARGV: time, last byte to read of a record, names ...
-- Reply: now, then of each job: first bytes ('' when there is none), text of its result or '', side fields e r p b, others need
--   its result '0'|'1'
local lastByte = ARGV[2]
local reply = { digits(now) }

-- A result stands at the end of the record, until its time is over and nobody needs it.
local function resultOf(key, head, isHeld)
  local over, bytes = match(head, '^%u [^\n]* %a(%d+)%.(%d+)\n')
  if not over or (tonumber(over) <= now and not isHeld) or bytes == '0' then
    return ''
  end
  return call('GETRANGE', key, '-' .. bytes, -1)
end

for i = 3, #ARGV do
  local key = prefix .. 'j:' .. ARGV[i]
  local head = call('GETRANGE', key, 0, lastByte)
  local rank = match(head, '^[^\n]*\n%d+ %S+ (%d)')
  local isHeld = rank and rank > '3' and call('EXISTS', prefix .. 'd:' .. ARGV[i]) == 1
  local fields = call('HMGET', prefix .. 's:' .. ARGV[i], 'e', 'r', 'p', 'b')
  reply[#reply + 1] = { head, resultOf(key, head, isHeld), fields, isHeld and '1' or '0' }
end
return reply
