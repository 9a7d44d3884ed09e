-- :set state
UPDATE riptide_job SET state = ?, ready_at = ?, ticket = ? WHERE n = ?;

-- :set failures
UPDATE riptide_job SET failures = ? WHERE n = ?;

-- :set life
UPDATE riptide_job SET generation = generation + 1, failures = 0, state = ?, grp = 0 WHERE n = ?;

-- :set rank
UPDATE riptide_job SET rank = ? WHERE n = ?;

-- :add due
INSERT INTO riptide_due (due_at, job) VALUES (?, ?);

-- :drop due
DELETE FROM riptide_due WHERE due_at = ? AND job = ?;

-- :first due
SELECT job FROM riptide_due ORDER BY due_at, job LIMIT 1;

-- :drop lease
DELETE FROM riptide_lease WHERE job = ?;

-- :keep run
INSERT INTO riptide_past (job, fence, instance, lane, started_at)
SELECT job, ?, instance, lane, started_at FROM riptide_lease WHERE job = ?
ON CONFLICT (job) DO UPDATE SET fence = excluded.fence, instance = excluded.instance, lane = excluded.lane,
  started_at = excluded.started_at;

-- :note run
UPDATE riptide_past SET run_ms = ? WHERE job = ?;

-- :note error
UPDATE riptide_past SET error = ? WHERE job = ?;

-- :note end
INSERT INTO riptide_past (job, fence, completed_at, ended_as, cancel_reason) VALUES (?, 0, ?, ?, ?)
ON CONFLICT (job) DO UPDATE SET completed_at = excluded.completed_at, ended_as = excluded.ended_as,
  cancel_reason = excluded.cancel_reason;

-- :clear past
UPDATE riptide_past SET instance = NULL, lane = NULL, started_at = NULL, completed_at = NULL, run_ms = NULL, ended_as = NULL,
  ending = NULL, cancel_reason = NULL, error = NULL
WHERE job = ?;

-- :drop note
DELETE FROM riptide_note WHERE job = ?;

-- :add key
INSERT INTO riptide_key (dedupe_key, job) VALUES (?, ?) ON CONFLICT (dedupe_key) DO UPDATE SET job = excluded.job;

-- :drop key
DELETE FROM riptide_key WHERE dedupe_key = ? AND job = ?;
