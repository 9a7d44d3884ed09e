-- Begins every script: the prefix of the namespace's keys, and the time that decides.
-- KEYS[1] `{namespace}:n`. ARGV[1] '' for the server's own clock; else ms, from the clock of a test.
local call = redis.call
local find, match, sub, gmatch, format = string.find, string.match, string.sub, string.gmatch, string.format
local floor, concat = math.floor, table.concat
local prefix = sub(KEYS[1], 1, -2)
local now, nowUs
if ARGV[1] == '' then
  local time = call('TIME')
  now = time[1] * 1000 + floor(time[2] / 1000)
  nowUs = time[1] * 1000000 + time[2]
else
  now = tonumber(ARGV[1])
  nowUs = floor(now * 1000)
end

-- A whole number as text: `tostring` loses digits above 10^14, and `%.0f` takes twice the time.
local function digits(n)
  return format('%d', n)
end

local nowText = digits(now)
