-- One step through all schedules.
-- KEYS[1] `{namespace}:n`
-- ARGV: time, cursor, '0' at first
-- Reply: next cursor, '0' at the end; then of each: id, text, live jobs
local page = call('HSCAN', prefix .. 'g', ARGV[2], 'COUNT', 128)
local reply = { page[1] }
for i = 1, #page[2], 2 do
  reply[#reply + 1] = { page[2][i], page[2][i + 1], digits(call('ZCARD', prefix .. 'g:' .. page[2][i])) }
end
return reply
