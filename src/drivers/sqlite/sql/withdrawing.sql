-- :last
SELECT token, jobs, schedules, text FROM riptide_withdrawal;

-- :note
INSERT INTO riptide_withdrawal (one, token, jobs, schedules, text) VALUES (1, ?, ?, ?, ?)
ON CONFLICT (one) DO UPDATE SET token = excluded.token, jobs = excluded.jobs, schedules = excluded.schedules,
  text = excluded.text;

-- :is awaited
SELECT 1 AS yes FROM riptide_wait WHERE blocker = ? LIMIT 1;

-- :add absent
INSERT INTO riptide_absent (job, id) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET job = excluded.job;

-- :drop absent
DELETE FROM riptide_absent WHERE job = ?;
