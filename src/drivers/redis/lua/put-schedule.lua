-- A schedule by its name: the same digest leaves all as it stands; another one updates it and keeps its id.
-- KEYS[1] `{namespace}:n`
-- ARGV: time, id, name, digest, enabled '0'|'1', next slot or '-', definition, the version that must stand or ''
-- Reply: `unknown` when that is of one that is not there; `taken` when the id belongs to another name; or id, text, live jobs
local standing = call('HGET', prefix .. 'gn', ARGV[3])
local one = standing and readSchedule(standing)
if ARGV[8] ~= '' and not one then
  return 'unknown'
elseif one and (one.digest == ARGV[4] or (ARGV[8] ~= '' and ARGV[8] ~= digits(one.version))) then
  return shown(one)
end
if one then
  one.version = one.version + 1
  one.digest, one.enabled, one.nextSlot, one.definition = ARGV[4], ARGV[5], ARGV[6], ARGV[7]
elseif call('HEXISTS', prefix .. 'g', ARGV[2]) == 1 then
  return 'taken'
else
  one = {
    id = ARGV[2],
    version = 1,
    enabled = ARGV[5],
    nextSlot = ARGV[6],
    createdAt = digits(now),
    lastFiredAt = '-',
    fired = 0,
    skipped = 0,
    name = ARGV[3],
    digest = ARGV[4],
    lastJob = '-',
    lastToken = '-',
    lastAnswer = '-',
    definition = ARGV[7],
  }
  call('HSET', prefix .. 'gn', one.name, one.id)
end
writeSchedule(one)
call('PUBLISH', prefix .. 'sc', '')
return shown(one)
