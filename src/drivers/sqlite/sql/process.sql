-- The processes that have the file open; the table stands in process-table.sql.

-- :list
SELECT n, pid, started, boot, namespace, host, socket, secret, driver, version, seen_at AS seenAt
FROM riptide_process
ORDER BY n

-- :add
INSERT INTO riptide_process (n, pid, started, boot, namespace, host, secret, driver, version, opened_at, seen_at)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, coalesce(?7, lower(hex(randomblob(16)))), ?8, ?9, ?10, ?10)
RETURNING n, secret

-- :set socket
UPDATE riptide_process SET socket = ? WHERE n = ?

-- :set seen
UPDATE riptide_process SET seen_at = ? WHERE n = ?

-- :remove
DELETE FROM riptide_process WHERE n = ?
