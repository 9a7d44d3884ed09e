-- :find
SELECT answer FROM riptide_replacement WHERE id = ? AND token = ?;

-- :note
INSERT INTO riptide_replacement (id, token, answer) VALUES (?, ?, ?);

-- :forget
DELETE FROM riptide_replacement WHERE n <= (SELECT max(n) FROM riptide_replacement) - ?;
