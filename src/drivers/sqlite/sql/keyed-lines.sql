-- :pairs
SELECT c.value AS rank, t.value AS type FROM json_each(?) t CROSS JOIN json_each('[0,1,2,3]') c
WHERE EXISTS (SELECT 1 FROM riptide_front f WHERE f.is_open = 1 AND f.rank = c.value AND f.type = t.value);

-- :best
SELECT grp, served, ticket FROM riptide_front
WHERE is_open = 1 AND rank = ? AND type = ? ORDER BY served, ticket LIMIT 1;

-- :of group
SELECT type, ticket FROM riptide_front WHERE grp = ? AND rank = ? ORDER BY ticket;

-- :job
SELECT r.ticket, j.bytes, j.n, j.id, j.payload, j.options, j.is_large, j.generation, j.failures, j.max_attempts, j.created_at,
  j.ready_at, j.dedupe_key, j.schedule
FROM riptide_keyed r CROSS JOIN riptide_job j ON j.n = r.job
WHERE r.grp = ? AND r.rank = ? AND r.type = ? AND r.ticket = ?;
