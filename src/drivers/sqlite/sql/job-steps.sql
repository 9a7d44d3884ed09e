-- :run
SELECT j.n, l.fence FROM riptide_job j CROSS JOIN riptide_lease l ON l.job = j.n WHERE j.id = ?;

-- :find
SELECT text FROM riptide_step WHERE job = ? AND key = ?;

-- :size
SELECT count(*) AS steps, coalesce(sum(bytes), 0) AS bytes FROM riptide_step WHERE job = ?;

-- :add
INSERT INTO riptide_step (job, key, bytes, text) VALUES (?, ?, ?, ?);

-- :all
SELECT key, text FROM riptide_step WHERE job = ? ORDER BY n;

-- :forget
DELETE FROM riptide_step WHERE job IN (SELECT value FROM json_each(?));

-- :any
SELECT 1 AS yes FROM riptide_step LIMIT 1;
