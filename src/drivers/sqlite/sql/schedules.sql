-- :all
SELECT s.id, s.name, s.version, s.digest, s.definition, s.enabled, s.created_at, s.next_slot, s.last_fired_at, s.fired,
  s.skipped, s.last_job, s.last_token, s.last_answer,
  (SELECT count(*) FROM riptide_line l WHERE l.schedule = s.id) AS live
FROM riptide_schedule s ORDER BY s.n;

-- :by id
SELECT s.id, s.name, s.version, s.digest, s.definition, s.enabled, s.created_at, s.next_slot, s.last_fired_at, s.fired,
  s.skipped, s.last_job, s.last_token, s.last_answer,
  (SELECT count(*) FROM riptide_line l WHERE l.schedule = s.id) AS live
FROM riptide_schedule s WHERE s.id = ?;

-- :by name
SELECT s.id, s.name, s.version, s.digest, s.definition, s.enabled, s.created_at, s.next_slot, s.last_fired_at, s.fired,
  s.skipped, s.last_job, s.last_token, s.last_answer,
  (SELECT count(*) FROM riptide_line l WHERE l.schedule = s.id) AS live
FROM riptide_schedule s WHERE s.name = ?;

-- :add
INSERT INTO riptide_schedule (id, name, version, digest, definition, enabled, created_at, next_slot, fired, skipped)
VALUES (?, ?, 1, ?, ?, ?, ?, ?, 0, 0);

-- :update
UPDATE riptide_schedule SET version = version + 1, digest = ?, definition = ?, enabled = ?, next_slot = ? WHERE id = ?;

-- :move
UPDATE riptide_schedule SET next_slot = ?, skipped = skipped + ?, fired = fired + ?, last_fired_at = coalesce(?, last_fired_at)
WHERE id = ?;

-- :note answer
UPDATE riptide_schedule SET last_job = ?, last_token = ?, last_answer = ? WHERE id = ?;

-- :remove
DELETE FROM riptide_schedule WHERE id = ?;

-- :removal
SELECT schedule FROM riptide_removal WHERE token = ?;

-- :note removal
INSERT INTO riptide_removal (token, schedule) VALUES (?, ?) ON CONFLICT (token) DO UPDATE SET schedule = excluded.schedule;

-- :forget removals
DELETE FROM riptide_removal WHERE n NOT IN (SELECT n FROM riptide_removal ORDER BY n DESC LIMIT ?);
