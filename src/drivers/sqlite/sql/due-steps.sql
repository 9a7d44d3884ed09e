-- :what is due
SELECT (SELECT min(due_at) FROM riptide_due) AS due_at, (SELECT min(expires_at) FROM riptide_lease) AS expires_at,
  EXISTS (SELECT 1 FROM riptide_outbox) AS has_ends;

-- :due jobs
SELECT j.n, j.id, j.state, j.type, j.rank, j.ticket, j.ready_at, j.failures, j.generation,
  j.max_attempts, j.dedupe_key, j.schedule, j.bytes, j.digest, j.token, j.grp, j.marks, NULL AS fence, NULL AS instance
FROM riptide_due d CROSS JOIN riptide_job j ON j.n = d.job
WHERE d.due_at <= ? ORDER BY d.due_at, d.job LIMIT ?;

-- :expired runs
SELECT j.n, j.id, j.state, j.type, j.rank, j.ticket, j.ready_at, j.failures, j.generation,
  j.max_attempts, j.dedupe_key, j.schedule, j.bytes, j.digest, j.token, j.grp, j.marks, l.fence, l.instance
FROM riptide_lease l CROSS JOIN riptide_job j ON j.n = l.job
WHERE l.expires_at <= ? ORDER BY l.expires_at, l.job LIMIT ?;
