-- :heirs among
SELECT job FROM riptide_heir WHERE job IN (SELECT value FROM json_each(?1)) OR heir IN (SELECT value FROM json_each(?1));

-- :heir
SELECT heir FROM riptide_heir WHERE job = ?;

-- :pass on
UPDATE riptide_heir SET heir = ? WHERE heir = ?;

-- :forget heirs
DELETE FROM riptide_heir WHERE job IN (SELECT value FROM json_each(?1)) OR heir IN (SELECT value FROM json_each(?1));

-- :forget pasts
DELETE FROM riptide_past WHERE job IN (SELECT value FROM json_each(?));

-- :forget results
DELETE FROM riptide_result WHERE job IN (SELECT value FROM json_each(?));

-- :forget notes
DELETE FROM riptide_note WHERE job IN (SELECT value FROM json_each(?));

-- :forget answers
DELETE FROM riptide_answer WHERE job IN (SELECT value FROM json_each(?));

-- :forget large
DELETE FROM riptide_large WHERE job IN (SELECT value FROM json_each(?));

-- :forget jobs
DELETE FROM riptide_job WHERE n IN (SELECT value FROM json_each(?));
