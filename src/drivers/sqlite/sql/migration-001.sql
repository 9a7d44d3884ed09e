-- The tables of a queue. Times are ms since the epoch. A job's state is a number (see places.ts).

-- The numbers of the whole queue, in one row.
CREATE TABLE riptide_head (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  -- The last number given: to jobs in the order of their creation, to places among the ready ones, to ends.
  seq INTEGER NOT NULL,
  -- The highest fence ever given.
  fence INTEGER NOT NULL,
  -- Claims that each class was passed over.
  skip_critical INTEGER NOT NULL,
  skip_high INTEGER NOT NULL,
  skip_normal INTEGER NOT NULL,
  skip_low INTEGER NOT NULL,
  -- The latest time from which a job was ready.
  latest_ready_at INTEGER NOT NULL,
  -- Where the look through all jobs has come.
  mended_to INTEGER NOT NULL
);

-- Jobs. Neither a claim nor an end touches a row, so that the life of most jobs writes it once.
CREATE TABLE riptide_job (
  -- The order of creation.
  n INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  -- Of a job that has not ended; how it ended stands in riptide_past.
  state INTEGER NOT NULL,
  type TEXT NOT NULL,
  -- 0 for critical to 3 for low.
  rank INTEGER NOT NULL,
  -- Its place among the ready ones of its class; kept during a run.
  ticket INTEGER NOT NULL,
  ready_at INTEGER NOT NULL,
  failures INTEGER NOT NULL,
  generation INTEGER NOT NULL,
  max_attempts INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  dedupe_key TEXT,
  schedule TEXT,
  -- Of the payload, in UTF-8.
  bytes INTEGER NOT NULL,
  -- 1: the payload and the options stand in riptide_large.
  is_large INTEGER NOT NULL,
  token TEXT NOT NULL,
  digest TEXT NOT NULL,
  options TEXT NOT NULL,
  payload TEXT NOT NULL
);

-- Which jobs of a type are in which state, in the order of their creation. Those that run are `ready` here.
CREATE TABLE riptide_listed (
  type TEXT NOT NULL,
  state INTEGER NOT NULL,
  job INTEGER NOT NULL,
  PRIMARY KEY (type, state, job)
) WITHOUT ROWID;

-- Large texts of jobs, which a look at their rows passes over.
CREATE TABLE riptide_large (
  job INTEGER PRIMARY KEY,
  options TEXT NOT NULL,
  payload TEXT NOT NULL
);

-- The live job that has a dedupe key.
CREATE TABLE riptide_key (
  dedupe_key TEXT PRIMARY KEY,
  job INTEGER NOT NULL
) WITHOUT ROWID;

-- Jobs that can be claimed, first the one with the lowest ticket. `late_at` is when a job became ready that did so earlier
-- than one ahead of it, or was handed back: all others stand in the order of their ready_at.
CREATE TABLE riptide_ready (
  rank INTEGER NOT NULL,
  type TEXT NOT NULL,
  ticket INTEGER NOT NULL,
  job INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  late_at INTEGER,
  PRIMARY KEY (rank, type, ticket)
) WITHOUT ROWID;
CREATE INDEX riptide_ready_late ON riptide_ready (late_at) WHERE late_at IS NOT NULL;

-- Delayed and retrying jobs, first the one that falls due first.
CREATE TABLE riptide_due (
  due_at INTEGER NOT NULL,
  job INTEGER NOT NULL,
  PRIMARY KEY (due_at, job)
) WITHOUT ROWID;

-- Running jobs.
CREATE TABLE riptide_lease (
  job INTEGER PRIMARY KEY,
  fence INTEGER NOT NULL,
  instance TEXT NOT NULL,
  lane INTEGER NOT NULL,
  started_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL
);
CREATE INDEX riptide_lease_by_expiry ON riptide_lease (expires_at);

-- What is known of runs that are over, and of the end of a job. `ending` is set while retention may remove it: first ended first.
CREATE TABLE riptide_past (
  job INTEGER PRIMARY KEY,
  fence INTEGER NOT NULL,
  instance TEXT,
  lane INTEGER,
  started_at INTEGER,
  completed_at INTEGER,
  run_ms REAL,
  -- The final state; null while it lives.
  ended_as INTEGER,
  ending INTEGER,
  cancel_reason TEXT,
  error TEXT
);
CREATE INDEX riptide_past_by_end ON riptide_past (ended_as, ending) WHERE ending IS NOT NULL;

-- Results that stand: the text itself, or the key of the storage under which it is.
CREATE TABLE riptide_result (
  job INTEGER PRIMARY KEY,
  until INTEGER NOT NULL,
  is_key INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  text TEXT NOT NULL
);
CREATE INDEX riptide_result_by_end ON riptide_result (until);

-- What running jobs have said. `run_lines` counts the lines of the run with `fence`.
CREATE TABLE riptide_note (
  job INTEGER PRIMARY KEY,
  progress TEXT,
  fence INTEGER NOT NULL,
  run_lines INTEGER NOT NULL,
  lines TEXT NOT NULL
);

-- Answers to cancels and retries, for the same request sent again.
CREATE TABLE riptide_answer (
  n INTEGER PRIMARY KEY,
  job INTEGER NOT NULL,
  token TEXT NOT NULL,
  answer TEXT NOT NULL,
  UNIQUE (job, token)
);

-- The live jobs of a schedule, in the order in which their lives began.
CREATE TABLE riptide_line (
  job INTEGER PRIMARY KEY,
  schedule TEXT NOT NULL,
  place INTEGER NOT NULL
);
CREATE INDEX riptide_line_by_schedule ON riptide_line (schedule, place);

-- Blocked jobs, and what each waits for.
CREATE TABLE riptide_wait (
  job INTEGER PRIMARY KEY,
  blocker INTEGER NOT NULL,
  place INTEGER NOT NULL
);
CREATE INDEX riptide_wait_by_blocker ON riptide_wait (blocker, place);

-- What a job waited for that was cancelled while it was blocked: that is what blocks those behind it.
CREATE TABLE riptide_heir (
  job INTEGER PRIMARY KEY,
  heir INTEGER NOT NULL
);
CREATE INDEX riptide_heir_by_heir ON riptide_heir (heir);

-- Ends that are still to be told to those who wait for them: the waits up to a place.
CREATE TABLE riptide_outbox (
  n INTEGER PRIMARY KEY,
  ended INTEGER NOT NULL,
  up_to INTEGER NOT NULL,
  -- 0: nothing of the job is kept.
  keep INTEGER NOT NULL
);
CREATE INDEX riptide_outbox_by_job ON riptide_outbox (ended);

-- Counts by name: `is-<state> <type>`, `held-count <state>`, `held-bytes <state>`, `total-<what> <type>`, `run-<bucket> <type>`,
-- `wait-<bucket> <type>`.
CREATE TABLE riptide_count (
  name TEXT PRIMARY KEY,
  n NUMERIC NOT NULL
) WITHOUT ROWID;

-- Instances that have been heard of lately. `process` is the number of its process, where that is known.
CREATE TABLE riptide_instance (
  id TEXT PRIMARY KEY,
  process INTEGER,
  seen_at INTEGER NOT NULL,
  lease_ms INTEGER NOT NULL,
  heartbeat_at INTEGER NOT NULL,
  info TEXT
) WITHOUT ROWID;

-- Runs that were cancelled, until their instance has been told.
CREATE TABLE riptide_taken (
  n INTEGER PRIMARY KEY,
  instance TEXT NOT NULL,
  id TEXT NOT NULL,
  fence INTEGER NOT NULL
);
CREATE INDEX riptide_taken_by_instance ON riptide_taken (instance);

CREATE TABLE riptide_schedule (
  n INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL UNIQUE,
  version INTEGER NOT NULL,
  digest TEXT NOT NULL,
  definition TEXT NOT NULL,
  enabled INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  next_slot INTEGER,
  last_fired_at INTEGER,
  fired INTEGER NOT NULL,
  skipped INTEGER NOT NULL,
  -- The last slot that was given a job, and what came of it: for the same request sent again.
  last_job TEXT,
  last_token TEXT,
  last_answer TEXT
);

-- The last requests that removed a schedule.
CREATE TABLE riptide_removal (
  n INTEGER PRIMARY KEY,
  token TEXT NOT NULL UNIQUE,
  schedule TEXT NOT NULL
);
