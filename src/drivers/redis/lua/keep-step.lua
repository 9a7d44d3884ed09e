-- Keeps the result of a step of a running job; the first text of a key stands.
-- KEYS[1] `{namespace}:n`
-- ARGV: time, name, fence, key, text
-- Reply: `lost` | `full` | kept, the text that stands
local name, fence = ARGV[2], ARGV[3]
local head = call('GETRANGE', prefix .. 'j:' .. name, 0, 255)
local current = match(head, '^W (%d+) %S*/%d+ %d+\n') or match(head, '^W %d+ (%d+) ')
if current ~= fence then
  return 'lost'
end
local kind, text = putStep(name, ARGV[4], ARGV[5])
return kind == 'kept' and { kind, text } or kind
