-- :join
INSERT INTO riptide_line (job, schedule, place) VALUES (?, ?, ?);

-- :part
DELETE FROM riptide_line WHERE job = ?;

-- :count live
SELECT count(*) AS live FROM riptide_line WHERE schedule = ?;

-- :newest
SELECT job FROM riptide_line WHERE schedule = ? ORDER BY place DESC LIMIT 1;

-- :add wait
INSERT INTO riptide_wait (job, blocker, place) VALUES (?, ?, ?);

-- :drop wait
DELETE FROM riptide_wait WHERE job = ?;

-- :blocker
SELECT blocker FROM riptide_wait WHERE job = ?;

-- :set heir
INSERT INTO riptide_heir (job, heir) VALUES (?, ?) ON CONFLICT (job) DO UPDATE SET heir = excluded.heir;

-- :drop heir
DELETE FROM riptide_heir WHERE job = ?;

-- :heir
SELECT heir FROM riptide_heir WHERE job = ?;

-- :last wait
SELECT max(place) AS place FROM riptide_wait WHERE blocker = ?;

-- :last told
SELECT max(up_to) AS up_to FROM riptide_outbox WHERE ended = ?;

-- :add end
INSERT INTO riptide_outbox (n, ended, up_to, keep) VALUES (?, ?, ?, ?);

-- :let go
UPDATE riptide_outbox SET keep = 0 WHERE ended = ?;

-- :first end
SELECT n, ended, up_to, keep FROM riptide_outbox ORDER BY n LIMIT 1;

-- :drop end
DELETE FROM riptide_outbox WHERE n = ?;

-- :open end
SELECT n FROM riptide_outbox WHERE ended = ? LIMIT 1;

-- :waits
SELECT job FROM riptide_wait WHERE blocker = ? AND place <= ? ORDER BY place LIMIT ?;
