-- :read head
SELECT seq, fence, skip_critical, skip_high, skip_normal, skip_low, latest_ready_at, flags, turn, unkeyed_turn FROM riptide_head;

-- :write head
UPDATE riptide_head SET seq = ?, fence = ?, skip_critical = ?, skip_high = ?, skip_normal = ?, skip_low = ?, latest_ready_at = ?,
  flags = ?, turn = ?, unkeyed_turn = ?;

-- :add counts
INSERT INTO riptide_count (name, n) SELECT key, value FROM json_each(?) WHERE true
ON CONFLICT (name) DO UPDATE SET n = n + excluded.n;
