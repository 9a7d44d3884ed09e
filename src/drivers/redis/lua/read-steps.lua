-- What is kept of the steps of a running job.
-- KEYS[1] `{namespace}:n`
-- ARGV: time, name, fence
-- Reply: `lost`, or fields and values of what stands beside its record (see part-steps)
local head = call('GETRANGE', prefix .. 'j:' .. ARGV[2], 0, 255)
local current = match(head, '^W (%d+) %S*/%d+ %d+\n') or match(head, '^W %d+ (%d+) ')
if current ~= ARGV[3] then
  return 'lost'
end
local key = prefix .. 's:' .. ARGV[2]
return call('HEXISTS', key, '+') == 1 and call('HGETALL', key) or {}
