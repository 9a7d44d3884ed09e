-- :window
SELECT job, id, until FROM riptide_window WHERE dedupe_key = ?;

-- :put window
INSERT INTO riptide_window (dedupe_key, job, id, until) VALUES (?, ?, ?, ?)
ON CONFLICT (dedupe_key) DO UPDATE SET job = excluded.job, id = excluded.id, until = excluded.until;

-- :drop window
DELETE FROM riptide_window WHERE dedupe_key = ?;

-- :drop over
DELETE FROM riptide_window WHERE dedupe_key IN (SELECT dedupe_key FROM riptide_window WHERE until <= ? ORDER BY until LIMIT ?);

-- :any
SELECT 1 AS yes FROM riptide_window LIMIT 1;
