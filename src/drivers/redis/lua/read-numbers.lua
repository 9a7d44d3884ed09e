-- Reads all numbers of the namespace, and on request the delayed jobs whose time has come although no cycle has been there to
-- make them ready: at most `most` of them, the rest counts as delayed until a cycle comes.
-- KEYS[1] `{namespace}:n`
-- ARGV: time, due jobs wanted '0'|'1'
-- Reply: now, fields and values, the same of `p` and `pk`, when the job with keys became ready that has been so longest or '',
--   then
-- for each type that has due ones: type, how many, the earliest time
local most = 1024
local reply = { digits(now), call('HGETALL', KEYS[1]), call('HGETALL', prefix .. 'p'), call('HGETALL', prefix .. 'pk') }
reply[5] = call('ZRANGE', prefix .. 'kq', 0, 0, 'WITHSCORES')[2] or ''

-- The type of a delayed job; nil of any other.
local function typeOf(name)
  for _, lastByte in ipairs({ 255, 4095 }) do
    local text = call('GETRANGE', prefix .. 'j:' .. name, 0, lastByte)
    if sub(text, 1, 1) ~= 'D' then
      return nil
    end
    local type = match(text, '\n%d+ (%S+) ')
    if type then
      return type
    end
  end
  return nil
end

local function countDue()
  local due = call('ZRANGEBYSCORE', prefix .. 'due', '-inf', digits(now), 'WITHSCORES', 'LIMIT', 0, most)
  local counts, first = {}, {}
  for i = 1, #due, 2 do
    local type = typeOf(due[i])
    if type then
      counts[type] = (counts[type] or 0) + 1
      first[type] = first[type] or due[i + 1]
    end
  end
  for type, count in pairs(counts) do
    reply[#reply + 1] = type
    reply[#reply + 1] = digits(count)
    reply[#reply + 1] = first[type]
  end
end

if ARGV[2] == '1' then
  countDue()
end
return reply
