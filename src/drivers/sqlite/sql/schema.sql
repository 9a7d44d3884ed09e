-- :create meta
CREATE TABLE IF NOT EXISTS riptide_meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

-- :find meta
SELECT value FROM riptide_meta WHERE name = ?;

-- :put meta
INSERT INTO riptide_meta (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value;

-- :begin head
INSERT INTO riptide_head (one, seq, fence, skip_critical, skip_high, skip_normal, skip_low, latest_ready_at, mended_to)
VALUES (1, 0, 0, 0, 0, 0, 0, 0, 0);
