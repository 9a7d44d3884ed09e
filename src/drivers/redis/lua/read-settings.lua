-- Some settings, in the order of their keys.
-- KEYS[1] `{namespace}:n`
-- ARGV: time, lowest key: `[<key>` or `(<key>`, prefix, most
-- Reply: of each: key, `<version> <notices>\n<text>`
local keys, reply = call('ZRANGEBYLEX', prefix .. 'si', ARGV[2], '+', 'LIMIT', 0, ARGV[4]), {}
for i = 1, #keys do
  if sub(keys[i], 1, #ARGV[3]) ~= ARGV[3] then
    break
  end
  reply[#reply + 1] = keys[i]
  reply[#reply + 1] = call('HGET', prefix .. 'st', keys[i])
end
return reply
