-- Part of migration 001. The processes that have the file open, one row for each queue in them.
CREATE TABLE riptide_process (
  -- Never given twice: whatever bears a number that is not here is left over from a process that is gone.
  n INTEGER PRIMARY KEY AUTOINCREMENT,
  pid INTEGER NOT NULL,
  -- When the process started, in clock ticks since the boot; empty where the host does not tell.
  started TEXT NOT NULL,
  -- Of the running kernel; empty where the host does not tell.
  boot TEXT NOT NULL,
  -- In which pid and time the two before mean something; empty where the host does not tell.
  namespace TEXT NOT NULL,
  host TEXT NOT NULL,
  -- Where it listens; null when it cannot.
  socket TEXT,
  -- Who knows it may read the file, and so may speak to this process.
  secret TEXT NOT NULL,
  -- The copy of SQLite it writes with, and its version, such as 3.53.2.
  driver TEXT NOT NULL,
  version TEXT NOT NULL,
  opened_at INTEGER NOT NULL,
  -- When it last said that it is there.
  seen_at INTEGER NOT NULL
);
