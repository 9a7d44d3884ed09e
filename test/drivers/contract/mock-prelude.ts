/**
 * A script as ioredis-mock can run it: with what evens out its faults before it, and its reply made one text behind it, which
 * `mock-client` takes apart. Each piece says which fault it is for. ARGV ends with the time in ms.
 */
export function mendedScript(text: string): string {
  // Each run compiles all of it: what the script does not call is left out.
  const needed = Object.entries(commands).filter(([name]) => text.includes(`'${name}'`))
  const instead = needed.map(([name, body]) => `function instead.${name}${body}\nend`).join('\n')
  return `${numbers}${bytes}${calls}${instead}\nlocal reply = (function()\n${text}\nend)()${telling}`
}

// -------------------------------------------------------------------------------------------------------------------

/** Its Lua is 5.3, with whole numbers of 32 bits: `unpack` has moved, and to '%d' no number above them is whole. */
const numbers = String.raw`
unpack = table.unpack
local plainFormat = string.format
string.format = function(form, ...)
  return plainFormat(form == '%d' and '%.0f' or form, ...)
end
`

/**
 * It keeps JavaScript strings, and counts and cuts them by UTF-16 units where Redis has bytes. So each byte is kept as one
 * sign (Latin-1), which comes into Lua as UTF-8.
 */
const bytes = String.raw`
local byteOf, signOf = {}, {}
local function fillTables()
  for byte = 128, 255 do
    local sign = string.char(192 + byte // 64 % 4, 128 + byte % 64)
    byteOf[sign], signOf[string.char(byte)] = string.char(byte), sign
  end
end
local function replaced(text, pattern, by)
  if not text:find('[\128-\255]') then
    return text
  end
  if not next(by) then
    fillTables()
  end
  return (text:gsub(pattern, by))
end
local function toBytes(text)
  return replaced(text, '[\194\195][\128-\191]', byteOf)
end
local function toSigns(text)
  return replaced(text, '[\128-\255]', signOf)
end
local nowMs = tonumber(table.remove(ARGV))
KEYS[1] = toBytes(KEYS[1])
for i = 1, #ARGV do
  ARGV[i] = toBytes(ARGV[i])
end
`

/**
 * It replies with JavaScript arrays, in which what is nothing counts as true, and with fractions, which `..` writes as `1.0`;
 * and it keeps numbers as numbers, where Redis makes texts of them. Its `pcall` answers an error as a list; here it throws.
 */
const calls = String.raw`
local function asText(value)
  return type(value) == 'number' and plainFormat('%.0f', value) or toSigns(value)
end
local function asReply(value)
  if type(value) == 'string' then
    return toBytes(value)
  elseif type(value) == 'number' then
    return math.tointeger(value) or value
  elseif type(value) == 'userdata' then
    local list = {}
    for i = 1, #value do
      local one = value[i]
      list[i] = type(one) == 'string' and toBytes(one)
    end
    return list
  end
  return false
end
local plainCall = redis.call
local function send(name, ...)
  local words = { ... }
  for i = 1, #words do
    words[i] = asText(words[i])
  end
  return asReply(plainCall(name, unpack(words)))
end
local instead = {}
redis.call = function(name, ...)
  local other = instead[name]
  if other then
    return other(...)
  end
  return send(name, ...)
end
redis.pcall = redis.call
`

/** What is run in place of a command that it has not, or does wrongly. */
const commands: Readonly<Record<string, string>> = {
  // It answers a promise.
  INFO: `() return 'redis_version:6.2.0\\r\\nrole:master\\r\\n'`,
  // It rounds the seconds, and takes the rest from another clock.
  TIME: `() return { asText(nowMs // 1000), asText(nowMs % 1000 * 1000) }`,
  // It answers an empty text as nothing, unless it stands in a list.
  GET: `(key) return send('MGET', key)[1]`,
  HGET: `(key, field) return send('HMGET', key, field)[1]`,
  // The same; it throws where nothing is, and takes no negative place but -1 for the end.
  GETRANGE: `(key, first, last)
    first, last = tonumber(first), tonumber(last)
    local text = send('MGET', key)[1] or ''
    return text:sub(first < 0 and first or first + 1, last < 0 and last or last + 1)`,
  // It answers nothing instead of an empty list.
  HRANDFIELD: `(...) return send('HRANDFIELD', ...) or {}`,
  // Its reply is a list in a list, of which the inner one counts from 0.
  HSCAN: `(key) return { '0', send('HGETALL', key) }`,
  // It leaves the key of an empty set behind.
  ZREM: `(key, ...)
    local removed = send('ZREM', key, ...)
    if send('ZCARD', key) == 0 then send('DEL', key) end
    return removed`,
}

/** It takes a table for a list by chance only, and answers false where Redis answers null. */
const telling = String.raw`
local told = {}
local function tell(value)
  if type(value) == 'table' then
    told[#told + 1] = '*' .. #value .. ':'
    for i = 1, #value do
      tell(value[i])
    end
  elseif type(value) == 'string' then
    told[#told + 1] = '$' .. #value .. ':' .. value
  elseif type(value) == 'number' then
    told[#told + 1] = '#' .. string.format('%d', value) .. ':'
  else
    told[#told + 1] = '-0:'
  end
end
tell(reply)
return toSigns(table.concat(told))`
