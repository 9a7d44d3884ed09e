-- :find
SELECT n, kind, max, per_ms, live, running, starts, is_full, free_at, over_at FROM riptide_limit WHERE kind = ? AND key = ?;

-- :by number
SELECT n, kind, max, per_ms, live, running, starts, is_full, free_at, over_at FROM riptide_limit WHERE n = ?;

-- :add
INSERT INTO riptide_limit (kind, key, max, per_ms, live, running, starts, is_full) VALUES (?, ?, ?, ?, 0, 0, 0, 0);

-- :set
UPDATE riptide_limit SET max = ?, per_ms = ? WHERE n = ?;

-- :live
UPDATE riptide_limit SET live = live + ?, over_at = ? WHERE n = ?;

-- :running
UPDATE riptide_limit SET running = max(0, running + ?) WHERE n = ?;

-- :starts
UPDATE riptide_limit SET starts = ? WHERE n = ?;

-- :full
UPDATE riptide_limit SET is_full = ? WHERE n = ?;

-- :free at
UPDATE riptide_limit SET free_at = ? WHERE n = ?;

-- :over at
UPDATE riptide_limit SET over_at = ? WHERE n = ?;

-- :remove
DELETE FROM riptide_limit WHERE n = ?;

-- :add start
INSERT INTO riptide_start (rate, n, at) VALUES (?, ?, ?);

-- :start
SELECT at FROM riptide_start WHERE rate = ? AND n = ?;

-- :first since
SELECT n FROM riptide_start WHERE rate = ? AND n > ? AND at > ? ORDER BY n LIMIT 1;

-- :drop starts
DELETE FROM riptide_start WHERE rate = ? AND n <= ?;

-- :drop old
DELETE FROM riptide_start WHERE rate = ? AND at <= ? AND n <= ? AND n IN (SELECT n FROM riptide_start WHERE rate = ? ORDER BY n LIMIT ?);

-- :opening
SELECT n, kind, max, per_ms, live, running, starts, is_full, free_at, over_at FROM riptide_limit
WHERE free_at <= ? ORDER BY free_at LIMIT ?;

-- :over
SELECT n FROM riptide_limit WHERE over_at <= ? ORDER BY over_at LIMIT ?;

-- :any
SELECT 1 AS yes FROM riptide_limit WHERE kind < 3 LIMIT 1;
