-- :all
SELECT what FROM riptide_pause;

-- :add
INSERT INTO riptide_pause (what) VALUES (?) ON CONFLICT (what) DO NOTHING;

-- :drop
DELETE FROM riptide_pause WHERE what = ?;

-- :ready
SELECT substr(name, 12) AS type, n FROM riptide_count WHERE name >= 'is-pending ' AND name < 'is-pending!' AND n > 0;
