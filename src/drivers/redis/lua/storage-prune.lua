-- Removes texts whose time is over, and the names of those that the server has let go by itself.
-- KEYS[1] `{namespace}:t`, the shelf
-- ARGV: time, limit
-- Reply: how many
local keys = call('ZRANGEBYSCORE', KEYS[1] .. 'x', '-inf', digits(now), 'LIMIT', 0, bounded(ARGV[2]))
takeOff(keys)
return #keys
