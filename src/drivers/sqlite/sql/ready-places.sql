-- :add ready
INSERT INTO riptide_ready (rank, type, ticket, job, bytes, late_at) VALUES (?, ?, ?, ?, ?, ?);

-- :drop ready
DELETE FROM riptide_ready WHERE rank = ? AND type = ? AND ticket = ?;

-- :add keyed
INSERT INTO riptide_keyed (grp, rank, type, ticket, job, ready_at) VALUES (?, ?, ?, ?, ?, ?);

-- :drop keyed
DELETE FROM riptide_keyed WHERE grp = ? AND rank = ? AND type = ? AND ticket = ?;

-- :first keyed
SELECT ticket FROM riptide_keyed WHERE grp = ? AND rank = ? AND type = ? ORDER BY ticket LIMIT 1;

-- :front
SELECT ticket FROM riptide_front WHERE grp = ? AND rank = ? AND type = ?;

-- :add front
INSERT INTO riptide_front (grp, rank, type, ticket, served, is_open) VALUES (?, ?, ?, ?, ?, ?);

-- :set front
UPDATE riptide_front SET ticket = ? WHERE grp = ? AND rank = ? AND type = ?;

-- :drop front
DELETE FROM riptide_front WHERE grp = ? AND rank = ? AND type = ?;

-- :group
SELECT g.served, coalesce(c.is_full, 0) AS is_full, r.free_at FROM riptide_group g
LEFT JOIN riptide_limit c ON c.n = g.concurrency LEFT JOIN riptide_limit r ON r.n = g.rate
WHERE g.n = ?;
