-- Undoes a pause. Who waits for work is woken, as far as there is some of the types.
-- KEYS[1] `{namespace}:n`
-- ARGV: time, '1' in a cluster, `q` | `t<type>`
-- Reply: `resumed`
local isCluster, what = ARGV[2] == '1', ARGV[3]
if call('SREM', prefix .. 'pa', what) == 1 then
  call('HSET', KEYS[1], 'paused', digits(call('SCARD', prefix .. 'pa')))
  for _, counts in ipairs({ call('HGETALL', prefix .. 'p'), call('HGETALL', prefix .. 'pk') }) do
    for i = 1, #counts, 2 do
      local type = sub(counts[i], 3)
      if what == 'q' or what == 't' .. type then
        gain(type, math.min(64, tonumber(counts[i + 1])))
      end
    end
  end
  sendHints(isCluster)
end
return 'resumed'
