-- :some
SELECT key, version, text, notices FROM riptide_setting
WHERE key > ? AND key >= ? AND key < ? ORDER BY key LIMIT ?;

-- :find
SELECT version, notices FROM riptide_setting WHERE key = ?;

-- :put
INSERT INTO riptide_setting (key, version, notices, text) VALUES (?, ?, ?, ?)
ON CONFLICT (key) DO UPDATE SET version = excluded.version, notices = excluded.notices, text = excluded.text;

-- :given
SELECT version FROM riptide_setting_answer WHERE key = ? AND token = ?;

-- :remember
INSERT INTO riptide_setting_answer (key, token, version) VALUES (?, ?, ?);

-- :forget answers
DELETE FROM riptide_setting_answer WHERE n <= (SELECT max(n) FROM riptide_setting_answer) - ?;

-- :remove
DELETE FROM riptide_setting WHERE key = ?;

-- :want
INSERT INTO riptide_wanted (what, setting) SELECT value, ? FROM json_each(?) WHERE true ON CONFLICT (what, setting) DO NOTHING;

-- :forget
DELETE FROM riptide_wanted WHERE setting = ?;

-- :any wanted
SELECT 1 AS yes FROM riptide_wanted LIMIT 1;
