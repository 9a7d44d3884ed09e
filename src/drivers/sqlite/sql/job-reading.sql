-- :number
SELECT n FROM riptide_job WHERE id = ?;

-- :whole
SELECT j.n, j.marks, j.id, j.type, coalesce(p.ended_as, j.state) AS state, j.rank,
  CASE WHEN j.is_large THEN (SELECT g.payload FROM riptide_large g WHERE g.job = j.n) ELSE j.payload END AS payload,
  CASE WHEN j.is_large THEN (SELECT g.options FROM riptide_large g WHERE g.job = j.n) ELSE j.options END AS options,
  j.generation, j.failures, j.max_attempts, j.created_at, j.ready_at, j.dedupe_key, j.schedule,
  l.job IS NOT NULL AS is_running, coalesce(l.fence, p.fence, 0) AS fence, coalesce(l.instance, p.instance) AS instance,
  coalesce(l.lane, p.lane) AS lane, coalesce(l.started_at, p.started_at) AS started_at, p.completed_at, p.run_ms, p.error,
  p.cancel_reason, o.progress, coalesce(o.lines, '[]') AS lines, coalesce(b.id, a.id) AS blocked_by, r.is_key, r.text AS result
FROM json_each(?) e CROSS JOIN riptide_job j ON j.n = e.value
LEFT JOIN riptide_lease l ON l.job = j.n
LEFT JOIN riptide_past p ON p.job = j.n
LEFT JOIN riptide_note o ON o.job = j.n
LEFT JOIN riptide_wait w ON w.job = j.n LEFT JOIN riptide_job b ON b.n = w.blocker
LEFT JOIN riptide_absent a ON a.job = w.blocker
LEFT JOIN riptide_result r ON r.job = j.n AND r.until > ?;

-- :brief
SELECT j.n, j.marks, j.id, j.type, coalesce(p.ended_as, j.state) AS state, j.rank, '' AS payload,
  CASE WHEN j.is_large THEN (SELECT g.options FROM riptide_large g WHERE g.job = j.n) ELSE j.options END AS options,
  j.generation, j.failures, j.max_attempts, j.created_at, j.ready_at, j.dedupe_key, j.schedule,
  l.job IS NOT NULL AS is_running, coalesce(l.fence, p.fence, 0) AS fence, coalesce(l.instance, p.instance) AS instance,
  coalesce(l.lane, p.lane) AS lane, coalesce(l.started_at, p.started_at) AS started_at, p.completed_at, p.run_ms, p.error,
  p.cancel_reason, o.progress, '[]' AS lines, coalesce(b.id, a.id) AS blocked_by, r.is_key, r.text AS result
FROM json_each(?) e CROSS JOIN riptide_job j ON j.n = e.value
LEFT JOIN riptide_lease l ON l.job = j.n
LEFT JOIN riptide_past p ON p.job = j.n
LEFT JOIN riptide_note o ON o.job = j.n
LEFT JOIN riptide_wait w ON w.job = j.n LEFT JOIN riptide_job b ON b.n = w.blocker
LEFT JOIN riptide_absent a ON a.job = w.blocker
LEFT JOIN riptide_result r ON r.job = j.n AND r.until > ?;
