-- :move
SELECT step, base, room, jobs, schedules FROM riptide_arrival WHERE move = ?;

-- :note move
INSERT INTO riptide_arrival (move, step, base, room, jobs, schedules) VALUES (?, ?, ?, ?, ?, ?)
ON CONFLICT (move) DO UPDATE SET step = excluded.step, jobs = excluded.jobs, schedules = excluded.schedules;

-- :standing
SELECT j.token, j.digest, coalesce(l.fence, p.fence, 0) AS fence
FROM riptide_job j LEFT JOIN riptide_lease l ON l.job = j.n LEFT JOIN riptide_past p ON p.job = j.n
WHERE j.id = ?;

-- :is taken
SELECT 1 AS yes FROM riptide_job WHERE n = ?;
