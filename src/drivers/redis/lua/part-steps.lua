-- Results of the steps of a job, in the hash of what stands beside its record: `+<key as a word>` has `<number> <text>`, and `+`
-- says how many there are and how many bytes.
local function forgetSteps(name)
  local key = prefix .. 's:' .. name
  if call('HEXISTS', key, '+') == 0 then
    return
  end
  local fields = call('HKEYS', key)
  for i = 1, #fields do
    if sub(fields[i], 1, 1) == '+' then
      call('HDEL', key, fields[i])
    end
  end
end

-- `full` beyond the bounds; else the text that stands.
local function putStep(name, step, text)
  local key, field = prefix .. 's:' .. name, '+' .. step
  local standing = call('HGET', key, field)
  if standing then
    return 'kept', match(standing, '^%d+ (.*)$')
  end
  local count, bytes = match(call('HGET', key, '+') or '0 0', '^(%d+) (%d+)$')
  count, bytes = count + 1, bytes + #text
  if count > 1000 or bytes > 4194304 then
    return 'full'
  end
  call('HSET', key, field, digits(count) .. ' ' .. text, '+', digits(count) .. ' ' .. digits(bytes))
  return 'kept', text
end
