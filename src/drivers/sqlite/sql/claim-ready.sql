-- :lines
SELECT c.value AS rank, t.value AS type FROM json_each(?) t CROSS JOIN json_each('[0,1,2,3]') c
WHERE EXISTS (SELECT 1 FROM riptide_ready r WHERE r.rank = c.value AND r.type = t.value);

-- :line
SELECT r.ticket, r.bytes, j.n, j.id, j.payload, j.options, j.is_large, j.generation, j.failures, j.max_attempts, j.created_at,
  j.ready_at, j.dedupe_key, j.schedule
FROM riptide_ready r CROSS JOIN riptide_job j ON j.n = r.job
WHERE r.rank = ? AND r.type = ? AND r.ticket > ? ORDER BY r.ticket LIMIT ?;

-- :take
DELETE FROM riptide_ready WHERE rank = ? AND type = ? AND ticket <= ?;

-- :large
SELECT payload, options FROM riptide_large WHERE job = ?;

-- :start
INSERT INTO riptide_lease (job, fence, instance, lane, started_at, expires_at)
SELECT CAST(key AS INTEGER), ?, ?, value, ?, ? FROM json_each(?);
