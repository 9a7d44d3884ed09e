-- What a cancel and a retry have in common: the answers to the last requests, so that one sent again is answered the same.
local answersKept = 8

-- The state from which the same request moved the job when it came before.
local function answerBefore(record, token)
  for known, from in gmatch(call('HGET', side(record), 'a') or '', '(%S+) (%S+)') do
    if known == token then
      return from
    end
  end
  return nil
end

local function remember(record, token, from)
  local words = { token .. ' ' .. from }
  for known, before in gmatch(call('HGET', side(record), 'a') or '', '(%S+) (%S+)') do
    if #words < answersKept then
      words[#words + 1] = known .. ' ' .. before
    end
  end
  call('HSET', side(record), 'a', concat(words, ' '))
end

-- The job as it stands, read after everything is written.
local function done(record, from)
  local name = record.name
  local isHeld = record.isParent and call('EXISTS', prefix .. 'd:' .. name) == 1
  local fields = call('HMGET', side(record), 'e', 'r', 'p', 'b', 't')
  return {
    'done',
    from,
    digits(now),
    call('GET', prefix .. 'j:' .. name),
    fields[1] or '',
    fields[2] or '',
    fields[3] or '',
    fields[4] or '',
    call('LRANGE', prefix .. 'l:' .. name, 0, -1),
    fields[2] and '1' or '0',
    fields[5] or '',
    has(record, 'd') and call('ZRANGE', prefix .. 'w:' .. name, 0, -1) or {},
    isHeld and '1' or '0',
  }
end
