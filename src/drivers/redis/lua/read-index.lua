-- The names in the index of one state, others among them, when it is short.
-- KEYS[1] `{namespace}:n`
-- ARGV: time, letter of the state
-- Reply: `long`, or the names
local letter = ARGV[2]
local longest = 4096

local function namesIn(key)
  return call('ZCARD', key) <= longest and call('ZRANGE', key, 0, -1) or 'long'
end

if letter == 'W' then
  return namesIn(prefix .. 'lease')
elseif letter == 'R' then
  return namesIn(prefix .. 'due')
elseif letter ~= 'C' and letter ~= 'L' and letter ~= 'X' then
  return 'long'
end
local ended = prefix .. 'e:' .. letter
if call('LLEN', ended) > longest then
  return 'long'
end
local names = call('LRANGE', ended, 0, -1)
for i = 1, #names do
  names[i] = match(names[i], ':(.+)$')
end
return names
