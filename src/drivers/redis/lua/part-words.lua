-- Ids and words (see names.ts) as texts of JSON, and ids as words.
local signs = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
local statusNames = { C = 'completed', L = 'dead_letter', X = 'cancelled' }
local shortEscapes = { [8] = '\\b', [9] = '\\t', [10] = '\\n', [12] = '\\f', [13] = '\\r' }

local function utf8Of(code)
  if code < 128 then
    return string.char(code)
  elseif code < 2048 then
    return string.char(192 + floor(code / 64), 128 + code % 64)
  end
  return string.char(224 + floor(code / 4096), 128 + floor(code / 64) % 64, 128 + code % 64)
end

local function jsonSignOf(code)
  if code < 32 then
    return shortEscapes[code] or format('\\u%04x', code)
  elseif code >= 55296 and code < 57344 then
    return format('\\u%04x', code)
  end
  return utf8Of(code)
end

-- As JSON.stringify writes it, without the quotes.
local function jsonOfWord(word)
  if word == '%' then
    return ''
  end
  local quoted = string.gsub(word, '["\\]', '\\%0')
  return (string.gsub(quoted, '%%u(%x%x%x%x)', function(code)
    return jsonSignOf(tonumber(code, 16))
  end))
end

-- The UUID of 22 signs.
local function uuidOf(name)
  local digitsOf, rest, bits = {}, 0, 0
  for i = 1, 22 do
    rest, bits = rest * 64 + find(signs, sub(name, i, i), 1, true) - 1, bits + 6
    while bits >= 4 do
      bits = bits - 4
      local one = floor(rest / 2 ^ bits)
      digitsOf[#digitsOf + 1] = format('%x', one)
      rest = rest - one * 2 ^ bits
    end
  end
  local hex = concat(digitsOf)
  return concat({ sub(hex, 1, 8), sub(hex, 9, 12), sub(hex, 13, 16), sub(hex, 17, 20), sub(hex, 21, 32) }, '-')
end

local function jsonOfName(name)
  return sub(name, 1, 1) == '~' and jsonOfWord(sub(name, 2)) or uuidOf(name)
end

local function wordOfName(name)
  return sub(name, 1, 1) == '~' and sub(name, 2) or uuidOf(name)
end

-- How long a text is in JavaScript: of each character the first byte counts, twice where it needs two units.
local function lengthOf(text)
  local _, following = string.gsub(text, '[\128-\191]', '')
  local _, long = string.gsub(text, '[\240-\247]', '')
  return digits(#text - following + long)
end
