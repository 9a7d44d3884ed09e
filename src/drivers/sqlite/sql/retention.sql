-- :held
SELECT coalesce(max(CASE WHEN name = ?1 THEN n END), 0) AS jobs, coalesce(max(CASE WHEN name = ?2 THEN n END), 0) AS bytes
FROM riptide_count WHERE name IN (?1, ?2);

-- :oldest
SELECT p.job AS n, j.marks, p.completed_at, j.type, j.bytes, coalesce(r.bytes, 0) AS result_bytes,
  CASE WHEN r.is_key = 1 THEN r.text END AS result_key
FROM riptide_past p CROSS JOIN riptide_job j ON j.n = p.job LEFT JOIN riptide_result r ON r.job = p.job
WHERE p.ended_as = ? AND p.ending IS NOT NULL ORDER BY p.ending, p.job LIMIT ?;

-- :over
SELECT r.job, r.bytes, CASE WHEN r.is_key = 1 THEN r.text END AS result_key, p.ending
FROM riptide_result r LEFT JOIN riptide_past p ON p.job = r.job
WHERE r.until <= ? ORDER BY r.until LIMIT ?;

-- :drop results
DELETE FROM riptide_result WHERE job IN (SELECT value FROM json_each(?));
