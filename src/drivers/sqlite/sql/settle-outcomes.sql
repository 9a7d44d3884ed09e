-- :runs
SELECT e.key AS at, j.n, j.type, j.bytes, j.dedupe_key, j.schedule, j.marks, l.fence
FROM json_each(?) e CROSS JOIN riptide_job j ON j.id = e.value CROSS JOIN riptide_lease l ON l.job = j.n
WHERE l.instance = ?;

-- :keep runs
INSERT INTO riptide_past (job, fence, instance, lane, started_at, completed_at, run_ms, ended_as, ending)
SELECT l.job, l.fence, l.instance, l.lane, l.started_at, ?, e.value, 6, ?
FROM json_each(?) e CROSS JOIN riptide_lease l ON l.job = CAST(e.key AS INTEGER) WHERE true
ON CONFLICT (job) DO UPDATE SET fence = excluded.fence, instance = excluded.instance, lane = excluded.lane,
  started_at = excluded.started_at, completed_at = excluded.completed_at, run_ms = excluded.run_ms,
  ended_as = excluded.ended_as, ending = excluded.ending;

-- :keep result
INSERT INTO riptide_result (job, until, is_key, bytes, text) VALUES (?, ?, ?, ?, ?);

-- :end leases
DELETE FROM riptide_lease WHERE job IN (SELECT value FROM json_each(?));

-- :free keys
DELETE FROM riptide_key WHERE dedupe_key IN (SELECT value FROM json_each(?));
