-- For jobs and schedules that come from another store: whether they may, by what stands here already.

-- `free`; `standing` when it is the very job, and here it has come as far; `conflict` when the id, or the dedupe key of a live
-- job, is another's.
local function receptionOf(name, token, digest, fence, dedupeKey)
  local standing = call('EXISTS', prefix .. 'j:' .. name) == 1 and recordOf(name)
  if standing then
    local isSame = standing.token == token and standing.digest == digest
    return isSame and tonumber(standing.fence) >= tonumber(fence) and 'standing' or 'conflict'
  end
  local holder = dedupeKey ~= '-' and call('HGET', prefix .. 'k', dedupeKey)
  return holder and recordOf(holder) and 'conflict' or 'free'
end

local function receptionOfSchedule(id, title)
  local isTaken = call('HEXISTS', prefix .. 'g', id) == 1 or call('HEXISTS', prefix .. 'gn', title) == 1
  return isTaken and 'conflict' or 'free'
end
