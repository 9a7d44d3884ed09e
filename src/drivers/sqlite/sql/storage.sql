-- Texts by key; the table stands in storage-table.sql.

-- :read
SELECT text FROM riptide_text WHERE shelf = ? AND key = ? AND (expires_at IS NULL OR expires_at > ?)

-- :keep
INSERT INTO riptide_text (shelf, key, expires_at, text) VALUES (?, ?, ?, ?)
ON CONFLICT (shelf, key) DO UPDATE SET expires_at = excluded.expires_at, text = excluded.text

-- :remove
DELETE FROM riptide_text WHERE shelf = ? AND key = ?

-- :remove overdue
DELETE FROM riptide_text WHERE n IN (
  SELECT n FROM riptide_text WHERE shelf = ? AND expires_at <= ? ORDER BY expires_at LIMIT ?
)

-- :remove between
DELETE FROM riptide_text WHERE n IN (SELECT n FROM riptide_text WHERE shelf = ? AND key >= ? AND key < ? LIMIT ?)
