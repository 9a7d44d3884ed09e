-- :add past
INSERT INTO riptide_past (job, fence, instance, lane, started_at, completed_at, run_ms, ended_as, cancel_reason, error)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?);

-- :add result
INSERT INTO riptide_result (job, until, is_key, bytes, text) VALUES (?, ?, ?, ?, ?);

-- :add note
INSERT INTO riptide_note (job, progress, fence, run_lines, lines) VALUES (?, ?, 0, 0, ?);

-- :absent
SELECT job FROM riptide_absent WHERE id = ?;

-- :drop absent
DELETE FROM riptide_absent WHERE job = ?;

-- :wait for
UPDATE riptide_wait SET blocker = ? WHERE blocker = ?;
