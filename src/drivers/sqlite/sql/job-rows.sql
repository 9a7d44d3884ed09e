-- :add job
INSERT INTO riptide_job (n, id, state, type, rank, ticket, ready_at, failures, generation, max_attempts, created_at,
  dedupe_key, schedule, bytes, is_large, token, digest, options, marks, payload)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?);

-- :set content
UPDATE riptide_job SET type = ?, rank = ?, max_attempts = max(?, failures + 1), ready_at = ?, grp = 0, bytes = ?, is_large = ?, options = ?, payload = ?
WHERE n = ?;

-- :set large
INSERT INTO riptide_large (job, options, payload) VALUES (?, ?, ?)
ON CONFLICT (job) DO UPDATE SET options = excluded.options, payload = excluded.payload;

-- :drop large
DELETE FROM riptide_large WHERE job = ?;
