-- :hear
INSERT INTO riptide_instance (id, process, seen_at, lease_ms, heartbeat_at) VALUES (?, ?, ?, ?, 0)
ON CONFLICT (id) DO UPDATE SET process = excluded.process, seen_at = excluded.seen_at, lease_ms = excluded.lease_ms;

-- :known
SELECT i.process, i.seen_at, i.lease_ms, EXISTS (SELECT 1 FROM riptide_taken t WHERE t.instance = i.id) AS has_taken
FROM riptide_instance i WHERE i.id = ?;

-- :note
UPDATE riptide_instance SET info = ?, heartbeat_at = ? WHERE id = ?;

-- :gone
SELECT id FROM riptide_instance WHERE ? - seen_at >= lease_ms * 10;

-- :of process
SELECT id FROM riptide_instance WHERE process = ?;

-- :leave
DELETE FROM riptide_instance WHERE id = ?;

-- :take
INSERT INTO riptide_taken (instance, id, fence) SELECT id, ?, ? FROM riptide_instance WHERE id = ?;

-- :taken
SELECT id, fence FROM riptide_taken WHERE instance = ? ORDER BY n;

-- :told
DELETE FROM riptide_taken WHERE instance = ?;

-- :records
SELECT info, heartbeat_at, lease_ms FROM riptide_instance
WHERE info IS NOT NULL AND ?1 - heartbeat_at < lease_ms * 10 AND ?1 - seen_at < lease_ms * 10;

-- :types run
SELECT j.type, count(*) AS runs FROM riptide_lease l CROSS JOIN riptide_job j ON j.n = l.job WHERE l.instance = ? GROUP BY j.type;

-- :end leases
UPDATE riptide_lease SET expires_at = ? WHERE instance = ? AND expires_at > ?;
