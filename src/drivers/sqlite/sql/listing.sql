-- :all
SELECT n FROM riptide_job WHERE n < ? ORDER BY n DESC LIMIT ? OFFSET ?;

-- :running
SELECT l.job AS n FROM riptide_lease l CROSS JOIN riptide_job j ON j.n = l.job
WHERE l.job < ? AND j.type = ? ORDER BY l.job DESC LIMIT ?;

-- :ready
SELECT i.job AS n FROM riptide_listed i WHERE i.job < ? AND i.type = ? AND i.state = 2
  AND NOT EXISTS (SELECT 1 FROM riptide_lease l WHERE l.job = i.job) ORDER BY i.job DESC LIMIT ?;

-- :others
SELECT job AS n FROM riptide_listed WHERE job < ? AND type = ? AND state = ? ORDER BY job DESC LIMIT ?;

-- :search
SELECT j.n, j.id, j.type, coalesce(p.ended_as, j.state) AS state, l.job IS NOT NULL AS is_running, j.dedupe_key,
  coalesce(l.instance, p.instance) || '/' || coalesce(l.lane, p.lane) AS worker, p.error
FROM riptide_job j LEFT JOIN riptide_lease l ON l.job = j.n LEFT JOIN riptide_past p ON p.job = j.n
WHERE j.n < ?1 AND (j.id LIKE ?2 ESCAPE '\' OR j.type LIKE ?2 ESCAPE '\' OR j.dedupe_key LIKE ?2 ESCAPE '\'
  OR coalesce(l.instance, p.instance) || '/' || coalesce(l.lane, p.lane) LIKE ?2 ESCAPE '\' OR p.error LIKE ?2 ESCAPE '\')
ORDER BY j.n DESC LIMIT ?3;
