-- :find
SELECT n, concurrency, rate, served, live FROM riptide_group WHERE concurrency = ? AND rate = ?;

-- :by number
SELECT n, concurrency, rate, served, live FROM riptide_group WHERE n = ?;

-- :add
INSERT INTO riptide_group (concurrency, rate, served, live) VALUES (?, ?, 0, 0);

-- :live
UPDATE riptide_group SET live = live + ? WHERE n = ?;

-- :remove
DELETE FROM riptide_group WHERE n = ?;

-- :serve
UPDATE riptide_group SET served = ? WHERE n = ?;

-- :serve fronts
UPDATE riptide_front SET served = ? WHERE grp = ?;

-- :close full
UPDATE riptide_front SET is_open = 0 WHERE is_open = 1 AND grp IN (SELECT n FROM riptide_group WHERE concurrency = ?);

-- :close rate
UPDATE riptide_front SET is_open = 0 WHERE is_open = 1 AND grp IN (SELECT n FROM riptide_group WHERE rate = ?);

-- :open full
UPDATE riptide_front SET is_open = 1 WHERE is_open = 0 AND grp IN (
  SELECT g.n FROM riptide_group g LEFT JOIN riptide_limit r ON r.n = g.rate
  WHERE g.concurrency = ? AND r.free_at IS NULL);

-- :open rate
UPDATE riptide_front SET is_open = 1 WHERE is_open = 0 AND grp IN (
  SELECT g.n FROM riptide_group g LEFT JOIN riptide_limit c ON c.n = g.concurrency
  WHERE g.rate = ? AND coalesce(c.is_full, 0) = 0);

-- :types full
SELECT DISTINCT f.type FROM riptide_group g CROSS JOIN riptide_front f ON f.grp = g.n WHERE g.concurrency = ? AND f.is_open = 1 LIMIT 64;

-- :types rate
SELECT DISTINCT f.type FROM riptide_group g CROSS JOIN riptide_front f ON f.grp = g.n WHERE g.rate = ? AND f.is_open = 1 LIMIT 64;

-- :next opening
SELECT r.free_at FROM riptide_limit r WHERE r.free_at > ? AND EXISTS (
  SELECT 1 FROM riptide_group g CROSS JOIN riptide_front f ON f.grp = g.n
  LEFT JOIN riptide_limit c ON c.n = g.concurrency
  WHERE g.rate = r.n AND coalesce(c.is_full, 0) = 0)
ORDER BY r.free_at LIMIT 1;

-- :any
SELECT 1 AS yes FROM riptide_group LIMIT 1;

-- :set group
UPDATE riptide_job SET grp = ? WHERE n = ?;

