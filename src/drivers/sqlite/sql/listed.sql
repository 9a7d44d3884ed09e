-- :enter
INSERT INTO riptide_listed (type, state, job) SELECT ?, ?, value FROM json_each(?);

-- :leave
DELETE FROM riptide_listed WHERE type = ? AND state = ? AND job IN (?);
