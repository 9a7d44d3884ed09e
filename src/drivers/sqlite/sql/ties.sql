-- :find
SELECT e.key AS at, j.n, j.id, coalesce(p.ended_as, j.state) AS state
FROM json_each(?) e CROSS JOIN riptide_job j ON j.id = e.value LEFT JOIN riptide_past p ON p.job = j.n;

-- :add
INSERT INTO riptide_edge (child, place, parent, rule, is_open, since) VALUES (?, ?, ?, ?, ?, ?);

-- :mark parents
UPDATE riptide_job SET marks = marks | 2 WHERE n IN (SELECT value FROM json_each(?)) AND (marks & 2) = 0;

-- :some child
SELECT 1 AS yes FROM riptide_edge WHERE parent = ? LIMIT 1;

-- :some waiting child
SELECT 1 AS yes FROM riptide_edge WHERE parent = ? AND is_open = 1 LIMIT 1;

-- :some parent
SELECT 1 AS yes FROM riptide_edge WHERE child = ? LIMIT 1;

-- :some open parent
SELECT 1 AS yes FROM riptide_edge WHERE child = ? AND is_open = 1 LIMIT 1;

-- :waiting children
SELECT child, place, rule FROM riptide_edge WHERE parent = ? AND is_open = 1 ORDER BY since LIMIT ?;

-- :close
UPDATE riptide_edge SET is_open = 0 WHERE child = ? AND place = ?;

-- :close all
UPDATE riptide_edge SET is_open = 0 WHERE child = ?;

-- :parents
SELECT parent, place FROM riptide_edge WHERE child = ? ORDER BY place LIMIT ?;

-- :drop
DELETE FROM riptide_edge WHERE child = ? AND place = ?;

-- :drop all
DELETE FROM riptide_edge WHERE child = ?;

-- :waits for
SELECT coalesce(b.id, a.id) AS id FROM riptide_edge e LEFT JOIN riptide_job b ON b.n = e.parent
LEFT JOIN riptide_absent a ON a.job = e.parent
WHERE e.child = ? AND e.is_open = 1 ORDER BY e.place;

-- :depends on
WITH RECURSIVE above (n) AS (
  SELECT value FROM json_each(?)
  UNION
  SELECT e.parent FROM above CROSS JOIN riptide_edge e ON e.child = above.n WHERE e.is_open = 1
  LIMIT ?
)
SELECT max(n = ?) AS is_met, count(*) AS seen FROM above;

-- :replace parent
UPDATE riptide_edge SET parent = ? WHERE parent = ?;

-- :drop absent
DELETE FROM riptide_absent WHERE job = ?1 AND NOT EXISTS (SELECT 1 FROM riptide_wait WHERE blocker = ?1);
