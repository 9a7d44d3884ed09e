-- :newest
SELECT seq FROM riptide_head;

-- :ended
SELECT job AS n, ending FROM riptide_past
WHERE ended_as = ? AND ending IS NOT NULL AND (ending, job) > (?, ?) ORDER BY ending, job LIMIT ?;

-- :ready types
WITH RECURSIVE found (type) AS (
  SELECT min(type) FROM riptide_ready WHERE rank = ?1
  UNION ALL
  SELECT (SELECT min(r.type) FROM riptide_ready r WHERE r.rank = ?1 AND r.type > found.type) FROM found
  WHERE found.type IS NOT NULL
)
SELECT type FROM found WHERE type IS NOT NULL;

-- :ready
SELECT job AS n, ticket FROM riptide_ready WHERE rank = ? AND type = ? AND ticket > ? ORDER BY ticket LIMIT ?;

-- :keyed
SELECT job AS n, ticket FROM riptide_keyed WHERE rank = ? AND ticket > ? ORDER BY ticket LIMIT ?;

-- :movable
SELECT 1 AS yes FROM riptide_job j WHERE j.n = ? AND NOT EXISTS (SELECT 1 FROM riptide_lease l WHERE l.job = j.n)
  AND NOT EXISTS (SELECT 1 FROM riptide_outbox x WHERE x.ended = j.n);

-- :rest
SELECT j.n FROM riptide_job j
WHERE j.n > ? AND NOT EXISTS (SELECT 1 FROM riptide_lease l WHERE l.job = j.n)
  AND NOT EXISTS (SELECT 1 FROM riptide_outbox x WHERE x.ended = j.n)
ORDER BY j.n LIMIT ?;

-- :marks
SELECT j.token, j.digest, j.generation, coalesce(p.fence, 0) AS fence, w.blocker, r.until,
  CASE WHEN j.marks & 1 THEN (SELECT count(*) FROM riptide_edge e WHERE e.child = j.n AND e.is_open = 1) ELSE 0 END AS waits,
  (SELECT count(*) FROM riptide_step s WHERE s.job = j.n) AS steps
FROM riptide_job j LEFT JOIN riptide_past p ON p.job = j.n LEFT JOIN riptide_wait w ON w.job = j.n
LEFT JOIN riptide_result r ON r.job = j.n
WHERE j.n = ?;
