-- The text under a key; nothing when there is none or its time is over.
-- KEYS[1] `{namespace}:t`, the shelf: texts stand under `<shelf>:<key>`, their ends in the sorted set `<shelf>x`
-- ARGV: time, key
-- Reply: the text, or nil
if ARGV[1] ~= '' then
  -- The clock of a test: the server's own expiry knows nothing of it.
  local untilMs = redis.call('ZSCORE', KEYS[1] .. 'x', ARGV[2])
  if untilMs and tonumber(untilMs) <= tonumber(ARGV[1]) then
    return false
  end
end
return redis.call('GET', KEYS[1] .. ':' .. ARGV[2])
