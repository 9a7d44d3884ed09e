-- :find
SELECT s.version, s.digest, s.enabled, s.next_slot, s.fired, s.skipped,
  EXISTS (SELECT 1 FROM riptide_line l WHERE l.schedule = s.id) AS is_live
FROM riptide_schedule s WHERE s.id = ?;

-- :is taken
SELECT 1 AS yes FROM riptide_schedule WHERE id = ? OR name = ?;

-- :remove
DELETE FROM riptide_schedule WHERE id = ?;

-- :add
INSERT INTO riptide_schedule (id, name, version, digest, definition, enabled, created_at, next_slot, last_fired_at, fired, skipped)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?);
