-- Tells what would become of jobs and schedules that are to come from another store. Changes nothing.
-- KEYS[1] `{namespace}:n`
-- ARGV: time, number of jobs, for each: name, `<token> <digest> <fence> <dedupe key|->`; then for each schedule: id, name
-- Reply: for each `free` | `standing` | `conflict`
local reply, jobsEnd = {}, 2 + ARGV[2] * 2
for i = 3, jobsEnd, 2 do
  reply[#reply + 1] = receptionOf(ARGV[i], match(ARGV[i + 1], '^(%S+) (%S+) (%S+) (%S+)$'))
end
for i = jobsEnd + 1, #ARGV, 2 do
  reply[#reply + 1] = receptionOfSchedule(ARGV[i], ARGV[i + 1])
end
return reply
