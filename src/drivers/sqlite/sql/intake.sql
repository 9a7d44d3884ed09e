-- :standing
SELECT j.id, j.digest, j.token, coalesce(p.ended_as, j.state) AS state, l.job IS NOT NULL AS is_running,
  CASE WHEN j.marks & 1 THEN (SELECT t.made_as FROM riptide_terms t WHERE t.job = j.n) END AS made_as
FROM json_each(?) e CROSS JOIN riptide_job j ON j.id = e.value LEFT JOIN riptide_lease l ON l.job = j.n
LEFT JOIN riptide_past p ON p.job = j.n;

-- :holders
SELECT k.dedupe_key, j.id, j.state, l.job IS NOT NULL AS is_running
FROM json_each(?) e CROSS JOIN riptide_key k ON k.dedupe_key = e.value CROSS JOIN riptide_job j ON j.n = k.job
LEFT JOIN riptide_lease l ON l.job = j.n;

-- :add job
INSERT INTO riptide_job (n, id, state, type, rank, ticket, ready_at, failures, generation, max_attempts, created_at,
  dedupe_key, schedule, bytes, is_large, token, digest, options, payload)
VALUES (?, ?, ?, ?, ?, ?, ?, 0, 1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?);

-- :add large
INSERT INTO riptide_large (job, options, payload) VALUES (?, ?, ?);

-- :add keys
INSERT INTO riptide_key (dedupe_key, job) SELECT dedupe_key, n FROM riptide_job WHERE n >= ? AND dedupe_key IS NOT NULL;

-- :list
INSERT INTO riptide_listed (type, state, job) SELECT type, state, n FROM riptide_job WHERE n >= ?;

-- :add ready
INSERT INTO riptide_ready (rank, type, ticket, job, bytes, late_at)
SELECT rank, type, ticket, n, bytes, ? FROM riptide_job WHERE n >= ? AND state = 2;

-- :add due
INSERT INTO riptide_due (due_at, job) SELECT ready_at, n FROM riptide_job WHERE n >= ? AND state = 3;

-- :earliest due
SELECT min(due_at) AS due_at FROM riptide_due;
