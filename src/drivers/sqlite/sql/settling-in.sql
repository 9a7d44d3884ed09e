-- :add job
INSERT INTO riptide_job (n, id, state, type, rank, ticket, ready_at, failures, generation, max_attempts, created_at,
  dedupe_key, schedule, bytes, is_large, token, digest, options, payload)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?);

-- :add large
INSERT INTO riptide_large (job, options, payload) VALUES (?, ?, ?);

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
