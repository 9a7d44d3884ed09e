-- :of
SELECT text FROM riptide_terms WHERE job = ?;

-- :made as
SELECT made_as FROM riptide_terms WHERE job = ?;

-- :put
INSERT INTO riptide_terms (job, made_as, text) VALUES (?, ?, ?) ON CONFLICT (job) DO UPDATE SET text = excluded.text;

-- :made
UPDATE riptide_terms SET made_as = ? WHERE job = ?;

-- :forget
DELETE FROM riptide_terms WHERE job IN (SELECT value FROM json_each(?));
