-- Keeps leases, stores what running jobs say, and that this instance lives. Sent twice it does the same once.
-- KEYS[1] `{namespace}:n`
-- ARGV: time, instance, words of the instance, leaseMs, then for each lease: name, head `<fence> <has progress 0|1>
--   <lines from> <number of lines>`, progress or '', lines ...
-- Reply: now, then of each run that is not this instance's: `<name> <fence> cancelled|lost`
local instance, leaseMs = ARGV[2], tonumber(ARGV[4])
local owner, untilText = instance .. '/', digits(now + leaseMs)
local linesKept = 100
local reply, kept = { digits(now) }, {}

-- The state line alone: a record may hold megabytes.
local function stateOf(name)
  local text = call('GETRANGE', prefix .. 'j:' .. name, 0, 255)
  if #text == 256 and not find(text, '\n', 1, true) then
    text = call('GET', prefix .. 'j:' .. name)
  end
  local fence, worker = match(text, '^W (%d+) (%S+) %d+\n')
  if not fence then
    fence, worker = match(text, '^W %d+ (%d+) %d+ %d+ %S+ (%S+)')
  end
  return sub(text, 1, 1), fence, worker
end

-- Lines that were sent before are known by their index in this run.
local function appendLines(name, fence, linesFrom, first, count)
  local key = prefix .. 's:' .. name
  local run, had = match(call('HGET', key, 'n') or '', '^(%d+) (%d+)$')
  local passOver = run == fence and math.max(0, tonumber(had) - linesFrom) or 0
  if passOver >= count then
    return
  end
  for i = first + passOver, first + count - 1 do
    call('RPUSH', prefix .. 'l:' .. name, ARGV[i])
  end
  call('LTRIM', prefix .. 'l:' .. name, -linesKept, -1)
  call('HSET', key, 'n', fence .. ' ' .. digits(linesFrom + count))
end

local at = 5
while ARGV[at] do
  local name = ARGV[at]
  local fence, hasProgress, linesFrom, count = match(ARGV[at + 1], '^(%S*) ([01]) (%d+) (%d+)$')
  local status, current, worker = stateOf(name)
  if status == 'W' and current == fence and sub(worker, 1, #owner) == owner then
    kept[#kept + 1] = untilText
    kept[#kept + 1] = name
    if hasProgress == '1' then
      call('HSET', prefix .. 's:' .. name, 'p', ARGV[at + 2])
    end
    if count ~= '0' then
      appendLines(name, fence, tonumber(linesFrom), at + 3, tonumber(count))
    end
  else
    reply[#reply + 1] = name .. ' ' .. fence .. (status == 'X' and ' cancelled' or ' lost')
  end
  at = at + 3 + tonumber(count)
end

if #kept > 0 then
  call('ZADD', prefix .. 'lease', unpack(kept))
end
local seat = prefix .. 'i:' .. instance
local isNew = call('HSET', seat, 'v', ARGV[3], 'heard', digits(now), 'beat', digits(now), 'lease', ARGV[4]) > 0
-- What lasts for ten leases, or a minute more, is not put off at every heartbeat.
local put = tonumber(call('HGET', seat, 'put') or 0)
if isNew or put > now or now - put >= math.min(30000, leaseMs * 2) then
  call('HSET', seat, 'put', digits(now))
  call('PEXPIRE', seat, digits(leaseMs * 10 + 60000))
  call('ZADD', prefix .. 'ia', digits(now + leaseMs * 10), instance)
end
return reply
