-- Comes before storage-set.lua, and lets it keep the text only where exactly the expected one stands.
-- KEYS[1] `{namespace}:t`, the shelf, see storage-set.lua
-- ARGV: time, key, text, ttl in ms, '1' where a text is expected and '' where none is, the expected text
-- Reply: `kept`, or `other` where something else stands and nothing was changed
local standing = call('GET', KEYS[1] .. ':' .. ARGV[2])
if standing and ARGV[1] ~= '' then
  -- The clock of a test: the server's own expiry knows nothing of it.
  local untilMs = call('ZSCORE', KEYS[1] .. 'x', ARGV[2])
  if untilMs and tonumber(untilMs) <= now then
    standing = false
  end
end
local expected = ARGV[5] == '1' and ARGV[6]
if standing ~= expected then
  return 'other'
end
