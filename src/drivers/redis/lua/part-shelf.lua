-- For scripts that take texts from a shelf: KEYS[1] `{namespace}:t`, see storage-set.lua.

-- Removes texts with all that is kept of them.
local function takeOff(keys)
  if #keys == 0 then
    return
  end
  local places = {}
  for i = 1, #keys do
    places[i] = KEYS[1] .. ':' .. keys[i]
  end
  redis.call('DEL', unpack(places))
  redis.call('ZREM', KEYS[1] .. 'i', unpack(keys))
  redis.call('ZREM', KEYS[1] .. 'x', unpack(keys))
end

-- A step is bounded, whatever is asked for.
local function bounded(limit)
  return math.min(tonumber(limit), 1000)
end
