-- Removes texts whose keys begin so. Those whose time was over count: else a step could find nothing and leave more.
-- KEYS[1] `{namespace}:t`, the shelf
-- ARGV: time, prefix, limit
-- Reply: how many
-- No byte of UTF-8 is 255, so it ends what begins with the prefix.
local from, to = '[' .. ARGV[2], '(' .. ARGV[2] .. '\255'
local keys = redis.call('ZRANGEBYLEX', KEYS[1] .. 'i', from, to, 'LIMIT', 0, bounded(ARGV[3]))
takeOff(keys)
return #keys
