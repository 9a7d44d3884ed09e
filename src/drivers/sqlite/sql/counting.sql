-- :states
SELECT name, n FROM riptide_count WHERE name >= 'is-' AND name < 'is.';

-- :metrics
SELECT name, n FROM riptide_count WHERE name < 'is-' OR name >= 'is.';

-- :overdue
SELECT j.type, count(*) AS jobs, min(d.due_at) AS first FROM riptide_due d CROSS JOIN riptide_job j ON j.n = d.job
WHERE d.due_at <= ? AND j.state = 3 GROUP BY j.type;

-- :lines
SELECT (SELECT j.ready_at FROM riptide_ready r CROSS JOIN riptide_job j ON j.n = r.job
  WHERE r.rank = c.value AND r.type = t.value AND r.ticket > 0 ORDER BY r.ticket LIMIT 1) AS ready_at
FROM json_each(?) t CROSS JOIN json_each('[0,1,2,3]') c;

-- :late
SELECT min(late_at) AS ready_at FROM riptide_ready WHERE late_at IS NOT NULL;

-- :keyed
SELECT min(ready_at) AS ready_at FROM riptide_keyed;

-- :skips
SELECT skip_critical AS critical, skip_high AS high, skip_normal AS normal, skip_low AS low FROM riptide_head;

-- :since
SELECT value FROM riptide_meta WHERE name = 'since';
