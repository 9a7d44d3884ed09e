-- :given
SELECT answer FROM riptide_answer WHERE job = ? AND token = ?;

-- :remember
INSERT INTO riptide_answer (job, token, answer) VALUES (?, ?, ?);

-- :forget
DELETE FROM riptide_answer WHERE job = ?1 AND n NOT IN (
  SELECT n FROM riptide_answer WHERE job = ?1 ORDER BY n DESC LIMIT ?2);
