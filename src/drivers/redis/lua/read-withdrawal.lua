-- The last withdrawal; see withdraw.
-- KEYS[1] `{namespace}:n`
-- ARGV: time
-- Reply: token, text, answers; nothing before the first
local last = call('HMGET', prefix .. 'mo', 't', 'x', 'a')
return last[1] and last or false
