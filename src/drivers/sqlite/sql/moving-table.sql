-- Part of migration 001. What goes to other stores, and what comes from them.

-- The last withdrawal, with the text that says all that was taken along.
CREATE TABLE riptide_withdrawal (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  token TEXT NOT NULL,
  -- What became of the jobs and of the schedules: a JSON list of words each.
  jobs TEXT NOT NULL,
  schedules TEXT NOT NULL,
  text TEXT NOT NULL
);

-- Jobs that went while others waited for them: these wait on, and find it when it comes back.
CREATE TABLE riptide_absent (
  job INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE
);

-- How far each move into this file has come.
CREATE TABLE riptide_arrival (
  move TEXT PRIMARY KEY,
  step INTEGER NOT NULL,
  -- The last number before its jobs in the order of creation, and how many are kept for it.
  base INTEGER NOT NULL,
  room INTEGER NOT NULL,
  -- As in riptide_withdrawal.
  jobs TEXT NOT NULL,
  schedules TEXT NOT NULL
) WITHOUT ROWID;
