-- :place
SELECT mended_to FROM riptide_head;

-- :go on
UPDATE riptide_head SET mended_to = ?;

-- :some
SELECT n FROM riptide_job WHERE n > ? ORDER BY n LIMIT ?;

-- :misplaced
SELECT j.n,
  CASE
    WHEN p.ended_as IS NULL AND j.state = 2 AND l.job IS NULL AND NOT EXISTS (
      SELECT 1 FROM riptide_ready r WHERE r.rank = j.rank AND r.type = j.type AND r.ticket = j.ticket)
      AND NOT EXISTS (SELECT 1 FROM riptide_keyed k
        WHERE k.grp = j.grp AND k.rank = j.rank AND k.type = j.type AND k.ticket = j.ticket) THEN 'ready'
    WHEN p.ended_as IS NULL AND j.state IN (3, 4) AND NOT EXISTS (
      SELECT 1 FROM riptide_due d WHERE d.due_at = j.ready_at AND d.job = j.n) THEN 'due'
    WHEN p.ended_as IS NULL AND j.state = 5 AND NOT EXISTS (
      SELECT 1 FROM riptide_wait w CROSS JOIN riptide_job b ON b.n = w.blocker LEFT JOIN riptide_past q ON q.job = b.n
      WHERE w.job = j.n AND (q.ended_as IS NULL OR EXISTS (
        SELECT 1 FROM riptide_outbox x WHERE x.ended = w.blocker AND w.place <= x.up_to)))
      AND NOT EXISTS (
        SELECT 1 FROM riptide_edge e LEFT JOIN riptide_job b ON b.n = e.parent LEFT JOIN riptide_past q ON q.job = e.parent
        WHERE e.child = j.n AND e.is_open = 1 AND (b.n IS NOT NULL AND q.ended_as IS NULL
          OR EXISTS (SELECT 1 FROM riptide_absent a WHERE a.job = e.parent)
          OR EXISTS (SELECT 1 FROM riptide_outbox x WHERE x.ended = e.parent))) THEN 'blocked'
    WHEN p.ended_as IS NOT NULL AND p.ending IS NULL AND NOT EXISTS (SELECT 1 FROM riptide_outbox x WHERE x.ended = j.n)
      AND NOT EXISTS (SELECT 1 FROM riptide_edge e WHERE e.parent = j.n) THEN 'ended'
  END AS what
FROM riptide_job j LEFT JOIN riptide_lease l ON l.job = j.n LEFT JOIN riptide_past p ON p.job = j.n
WHERE j.n > ? AND j.n <= ?;

-- :miscounted
SELECT substr(c.name, 15) AS type, c.n - coalesce(r.runs, 0) AS surplus
FROM riptide_count c LEFT JOIN (
  SELECT j.type, count(*) AS runs FROM riptide_lease l CROSS JOIN riptide_job j ON j.n = l.job GROUP BY j.type
) r ON r.type = substr(c.name, 15)
WHERE c.name >= 'is-processing ' AND c.name < 'is-processing!' AND c.n <> coalesce(r.runs, 0);

-- :overrun
SELECT l.n, l.running - (
  SELECT count(*) FROM riptide_lease s CROSS JOIN riptide_job j ON j.n = s.job CROSS JOIN riptide_group g ON g.n = j.grp
  WHERE g.concurrency = l.n) AS surplus
FROM riptide_limit l WHERE l.kind = 1 AND l.running > 0;
