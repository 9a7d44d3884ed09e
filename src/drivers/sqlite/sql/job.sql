-- :find by id
SELECT j.n, j.id, coalesce(p.ended_as, j.state) AS state, j.type, j.rank, j.ticket, j.ready_at, j.failures, j.generation,
  j.max_attempts, j.dedupe_key, j.schedule, j.bytes, j.digest, j.token, j.grp, j.marks, l.fence, l.instance
FROM riptide_job j LEFT JOIN riptide_lease l ON l.job = j.n LEFT JOIN riptide_past p ON p.job = j.n
WHERE j.id = ?;

-- :find by number
SELECT j.n, j.id, coalesce(p.ended_as, j.state) AS state, j.type, j.rank, j.ticket, j.ready_at, j.failures, j.generation,
  j.max_attempts, j.dedupe_key, j.schedule, j.bytes, j.digest, j.token, j.grp, j.marks, l.fence, l.instance
FROM riptide_job j LEFT JOIN riptide_lease l ON l.job = j.n LEFT JOIN riptide_past p ON p.job = j.n
WHERE j.n = ?;

-- :holder of key
SELECT job FROM riptide_key WHERE dedupe_key = ?;
