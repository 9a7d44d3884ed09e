-- :may remove
UPDATE riptide_past SET ending = ? WHERE job = ?;

-- :may not remove
UPDATE riptide_past SET ending = NULL WHERE job = ?;

-- :ending
SELECT ending FROM riptide_past WHERE job = ?;

-- :result bytes
SELECT bytes FROM riptide_result WHERE job = ?;

-- :hold result
UPDATE riptide_result SET until = until + 4503599627370496 WHERE job = ? AND is_key = 0 AND until < 4503599627370496;

-- :let result go
UPDATE riptide_result SET until = until - 4503599627370496 WHERE job = ? AND until >= 4503599627370496;

-- :mark
UPDATE riptide_job SET marks = marks | ? WHERE n = ?;

-- :unmark
UPDATE riptide_job SET marks = marks & ~? WHERE n = ?;
