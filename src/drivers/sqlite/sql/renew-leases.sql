-- :leases
SELECT e.key AS at, j.n, l.fence FROM json_each(?) e CROSS JOIN riptide_job j ON j.id = e.value
CROSS JOIN riptide_lease l ON l.job = j.n
WHERE l.instance = ?;

-- :state
SELECT p.ended_as AS state FROM riptide_job j CROSS JOIN riptide_past p ON p.job = j.n WHERE j.id = ?;

-- :keep
UPDATE riptide_lease SET expires_at = ? WHERE job IN (SELECT value FROM json_each(?));

-- :note
SELECT progress, fence, run_lines, lines FROM riptide_note WHERE job = ?;

-- :set note
INSERT INTO riptide_note (job, progress, fence, run_lines, lines) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (job) DO UPDATE SET progress = excluded.progress, fence = excluded.fence, run_lines = excluded.run_lines,
  lines = excluded.lines;
