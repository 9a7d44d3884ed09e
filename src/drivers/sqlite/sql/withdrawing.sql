-- :last
SELECT token, jobs, schedules, text FROM riptide_withdrawal;

-- :note
INSERT INTO riptide_withdrawal (one, token, jobs, schedules, text) VALUES (1, ?, ?, ?, ?)
ON CONFLICT (one) DO UPDATE SET token = excluded.token, jobs = excluded.jobs, schedules = excluded.schedules,
  text = excluded.text;

-- :is awaited
SELECT 1 AS yes WHERE EXISTS (SELECT 1 FROM riptide_wait WHERE blocker = ?)
  OR EXISTS (SELECT 1 FROM riptide_edge WHERE parent = ?);

-- :waits here
SELECT 1 AS yes FROM riptide_edge e CROSS JOIN riptide_job c ON c.n = e.child CROSS JOIN riptide_job p ON p.n = e.parent
LEFT JOIN riptide_past q ON q.job = c.n
WHERE e.child = ? AND e.is_open = 1 AND q.ended_as IS NULL AND c.state = ? LIMIT 1;

-- :add absent
INSERT INTO riptide_absent (job, id) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET job = excluded.job;

-- :drop absent
DELETE FROM riptide_absent WHERE job = ?;
