-- What jobs share and ask for beyond their own life: ties, keys, notices, steps, pauses, settings.

-- Which of the tables here have rows, as bits (see flags.ts): into what has none no step looks.
ALTER TABLE riptide_head ADD COLUMN flags INTEGER NOT NULL DEFAULT 0;
-- The number of the last claim, and of the last one of a job without keys.
ALTER TABLE riptide_head ADD COLUMN turn INTEGER NOT NULL DEFAULT 0;
ALTER TABLE riptide_head ADD COLUMN unkeyed_turn INTEGER NOT NULL DEFAULT 0;

-- The keys that it shares, in riptide_group; 0 for none.
ALTER TABLE riptide_job ADD COLUMN grp INTEGER NOT NULL DEFAULT 0;
-- What of it stands elsewhere, as bits (see marks.ts).
ALTER TABLE riptide_job ADD COLUMN marks INTEGER NOT NULL DEFAULT 0;

-- What few jobs have.
CREATE TABLE riptide_terms (
  job INTEGER PRIMARY KEY,
  -- The state that its submission was answered with.
  made_as INTEGER NOT NULL,
  -- JSON of JobTerms.
  text TEXT NOT NULL
);

-- The last submissions that gave a job other content, and what they were answered.
CREATE TABLE riptide_replacement (
  n INTEGER PRIMARY KEY,
  id TEXT NOT NULL,
  token TEXT NOT NULL,
  answer TEXT NOT NULL,
  UNIQUE (id, token)
);

-- Which job depends on which, until it has ended: an ended job that stands here as a parent is not removed.
CREATE TABLE riptide_edge (
  child INTEGER NOT NULL,
  -- Its place among those that the child depends on.
  place INTEGER NOT NULL,
  parent INTEGER NOT NULL,
  rule TEXT NOT NULL,
  -- 1: it has not let the child go yet.
  is_open INTEGER NOT NULL,
  -- Numbers of the order in which jobs came to depend on others: who came first is let go first.
  since INTEGER NOT NULL,
  PRIMARY KEY (child, place)
) WITHOUT ROWID;
CREATE INDEX riptide_edge_by_parent ON riptide_edge (parent, is_open, since);

-- Concurrency keys (kind 1), rate keys (kind 2), and the rate of the whole queue (kind 3).
CREATE TABLE riptide_limit (
  n INTEGER PRIMARY KEY,
  kind INTEGER NOT NULL,
  key TEXT NOT NULL,
  max INTEGER NOT NULL,
  per_ms INTEGER NOT NULL,
  -- Live jobs that have it.
  live INTEGER NOT NULL,
  -- Jobs that run with it; only of a concurrency key.
  running INTEGER NOT NULL,
  -- The number of its last start; only of a rate.
  starts INTEGER NOT NULL,
  -- 1: a concurrency key has as many runs as it may.
  is_full INTEGER NOT NULL,
  -- When the next start is allowed, while none is; only of a rate key.
  free_at INTEGER,
  -- When a rate that no live job has is forgotten.
  over_at INTEGER,
  UNIQUE (kind, key)
);
CREATE INDEX riptide_limit_by_opening ON riptide_limit (free_at) WHERE free_at IS NOT NULL;
CREATE INDEX riptide_limit_by_end ON riptide_limit (over_at) WHERE over_at IS NOT NULL;

-- The starts of a rate, numbered.
CREATE TABLE riptide_start (
  rate INTEGER NOT NULL,
  n INTEGER NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (rate, n)
) WITHOUT ROWID;

-- The live jobs with the same keys. `served` is the number of the last claim of one; 0 for none.
CREATE TABLE riptide_group (
  n INTEGER PRIMARY KEY,
  concurrency INTEGER NOT NULL,
  rate INTEGER NOT NULL,
  served INTEGER NOT NULL,
  live INTEGER NOT NULL,
  UNIQUE (concurrency, rate)
);
CREATE INDEX riptide_group_by_rate ON riptide_group (rate);

-- Jobs with keys that are ready; all others stand in riptide_ready.
CREATE TABLE riptide_keyed (
  grp INTEGER NOT NULL,
  rank INTEGER NOT NULL,
  type TEXT NOT NULL,
  ticket INTEGER NOT NULL,
  job INTEGER NOT NULL,
  ready_at INTEGER NOT NULL,
  PRIMARY KEY (grp, rank, type, ticket)
) WITHOUT ROWID;
CREATE INDEX riptide_keyed_by_ticket ON riptide_keyed (rank, ticket);
CREATE INDEX riptide_keyed_by_time ON riptide_keyed (ready_at);

-- The first ready job of each group, class and type; of the open groups in the order of their turns.
CREATE TABLE riptide_front (
  grp INTEGER NOT NULL,
  rank INTEGER NOT NULL,
  type TEXT NOT NULL,
  ticket INTEGER NOT NULL,
  served INTEGER NOT NULL,
  is_open INTEGER NOT NULL,
  PRIMARY KEY (grp, rank, type)
) WITHOUT ROWID;
CREATE INDEX riptide_front_by_turn ON riptide_front (rank, type, served, ticket) WHERE is_open = 1;

-- Who took a dedupe key for a time; whoever has it while it lives stands in riptide_key.
CREATE TABLE riptide_window (
  dedupe_key TEXT PRIMARY KEY,
  job INTEGER NOT NULL,
  id TEXT NOT NULL,
  until INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX riptide_window_by_end ON riptide_window (until);

-- Results of the steps of a job, in its present life.
CREATE TABLE riptide_step (
  n INTEGER PRIMARY KEY,
  job INTEGER NOT NULL,
  key TEXT NOT NULL,
  bytes INTEGER NOT NULL,
  text TEXT NOT NULL
);
CREATE INDEX riptide_step_by_job ON riptide_step (job, key, bytes);

-- `queue`, and `type <type>`.
CREATE TABLE riptide_pause (what TEXT PRIMARY KEY) WITHOUT ROWID;

CREATE TABLE riptide_setting (
  key TEXT PRIMARY KEY,
  version INTEGER NOT NULL,
  -- JSON.
  notices TEXT NOT NULL,
  text TEXT NOT NULL
) WITHOUT ROWID;

-- The last requests that changed a setting, and the versions that they made.
CREATE TABLE riptide_setting_answer (
  n INTEGER PRIMARY KEY,
  key TEXT NOT NULL,
  token TEXT NOT NULL,
  version INTEGER NOT NULL,
  UNIQUE (key, token)
);

-- Ends that a setting wants a notice of.
CREATE TABLE riptide_wanted (
  what TEXT NOT NULL,
  setting TEXT NOT NULL,
  PRIMARY KEY (what, setting)
) WITHOUT ROWID;
CREATE INDEX riptide_wanted_by_setting ON riptide_wanted (setting);
