-- A file as version 1 of the tables left it: jobs in every state, one running, and a schedule.
CREATE TABLE riptide_absent (
  job INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE
);
CREATE TABLE riptide_answer (
  n INTEGER PRIMARY KEY,
  job INTEGER NOT NULL,
  token TEXT NOT NULL,
  answer TEXT NOT NULL,
  UNIQUE (job, token)
);
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
CREATE TABLE riptide_count (
  name TEXT PRIMARY KEY,
  n NUMERIC NOT NULL
) WITHOUT ROWID;
CREATE TABLE riptide_due (
  due_at INTEGER NOT NULL,
  job INTEGER NOT NULL,
  PRIMARY KEY (due_at, job)
) WITHOUT ROWID;
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
CREATE TABLE riptide_heir (
  job INTEGER PRIMARY KEY,
  heir INTEGER NOT NULL
);
CREATE TABLE riptide_instance (
  id TEXT PRIMARY KEY,
  process INTEGER,
  seen_at INTEGER NOT NULL,
  lease_ms INTEGER NOT NULL,
  heartbeat_at INTEGER NOT NULL,
  info TEXT
) WITHOUT ROWID;
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
CREATE TABLE riptide_key (
  dedupe_key TEXT PRIMARY KEY,
  job INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE riptide_large (
  job INTEGER PRIMARY KEY,
  options TEXT NOT NULL,
  payload TEXT NOT NULL
);
CREATE TABLE riptide_lease (
  job INTEGER PRIMARY KEY,
  fence INTEGER NOT NULL,
  instance TEXT NOT NULL,
  lane INTEGER NOT NULL,
  started_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL
);
CREATE TABLE riptide_line (
  job INTEGER PRIMARY KEY,
  schedule TEXT NOT NULL,
  place INTEGER NOT NULL
);
CREATE TABLE riptide_listed (
  type TEXT NOT NULL,
  state INTEGER NOT NULL,
  job INTEGER NOT NULL,
  PRIMARY KEY (type, state, job)
) WITHOUT ROWID;
CREATE TABLE riptide_meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE riptide_note (
  job INTEGER PRIMARY KEY,
  progress TEXT,
  fence INTEGER NOT NULL,
  run_lines INTEGER NOT NULL,
  lines TEXT NOT NULL
);
CREATE TABLE riptide_outbox (
  n INTEGER PRIMARY KEY,
  ended INTEGER NOT NULL,
  up_to INTEGER NOT NULL,
  -- 0: nothing of the job is kept.
  keep INTEGER NOT NULL
);
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
CREATE TABLE riptide_ready (
  rank INTEGER NOT NULL,
  type TEXT NOT NULL,
  ticket INTEGER NOT NULL,
  job INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  late_at INTEGER,
  PRIMARY KEY (rank, type, ticket)
) WITHOUT ROWID;
CREATE TABLE riptide_removal (
  n INTEGER PRIMARY KEY,
  token TEXT NOT NULL UNIQUE,
  schedule TEXT NOT NULL
);
CREATE TABLE riptide_result (
  job INTEGER PRIMARY KEY,
  until INTEGER NOT NULL,
  is_key INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  text TEXT NOT NULL
);
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
CREATE TABLE riptide_taken (
  n INTEGER PRIMARY KEY,
  instance TEXT NOT NULL,
  id TEXT NOT NULL,
  fence INTEGER NOT NULL
);
CREATE TABLE riptide_text (
  n INTEGER PRIMARY KEY,
  -- 'queue': what belongs to the queue of this file; 'app': what an app keeps there beside it.
  shelf TEXT NOT NULL,
  key TEXT NOT NULL,
  -- When its time is over, in ms; null for never.
  expires_at INTEGER,
  -- Behind all else, so that a large one is only read where it is asked for.
  text TEXT NOT NULL
);
CREATE TABLE riptide_wait (
  job INTEGER PRIMARY KEY,
  blocker INTEGER NOT NULL,
  place INTEGER NOT NULL
);
CREATE TABLE riptide_withdrawal (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  token TEXT NOT NULL,
  -- What became of the jobs and of the schedules: a JSON list of words each.
  jobs TEXT NOT NULL,
  schedules TEXT NOT NULL,
  text TEXT NOT NULL
);
CREATE INDEX riptide_heir_by_heir ON riptide_heir (heir);
CREATE INDEX riptide_lease_by_expiry ON riptide_lease (expires_at);
CREATE INDEX riptide_line_by_schedule ON riptide_line (schedule, place);
CREATE INDEX riptide_outbox_by_job ON riptide_outbox (ended);
CREATE INDEX riptide_past_by_end ON riptide_past (ended_as, ending) WHERE ending IS NOT NULL;
CREATE INDEX riptide_ready_late ON riptide_ready (late_at) WHERE late_at IS NOT NULL;
CREATE INDEX riptide_result_by_end ON riptide_result (until);
CREATE INDEX riptide_taken_by_instance ON riptide_taken (instance);
CREATE INDEX riptide_text_expiry ON riptide_text (shelf, expires_at) WHERE expires_at IS NOT NULL;
CREATE UNIQUE INDEX riptide_text_key ON riptide_text (shelf, key);
CREATE INDEX riptide_wait_by_blocker ON riptide_wait (blocker, place);
INSERT INTO riptide_answer (n, job, token, answer) VALUES (1, 6, 'c', '{"kind":"done","job":{"id":"cancelled","type":"task","status":"cancelled","priority":"normal","payload":"{}","options":"{}","generation":1,"failures":0,"maxAttempts":3,"fence":"0","worker":null,"createdAt":1700000000000,"readyAt":1700000000000,"startedAt":null,"completedAt":1700000000000,"runMs":null,"error":null,"cancelReason":"not needed","progress":null,"lines":[],"dedupeKey":null,"scheduleId":null,"blockedBy":null,"result":null},"from":"pending"}');
INSERT INTO riptide_count (name, n) VALUES ('held-bytes cancelled', 2);
INSERT INTO riptide_count (name, n) VALUES ('held-bytes completed', 13);
INSERT INTO riptide_count (name, n) VALUES ('held-bytes dead_letter', 2);
INSERT INTO riptide_count (name, n) VALUES ('held-count cancelled', 1);
INSERT INTO riptide_count (name, n) VALUES ('held-count completed', 1);
INSERT INTO riptide_count (name, n) VALUES ('held-count dead_letter', 1);
INSERT INTO riptide_count (name, n) VALUES ('is-blocked task', 1);
INSERT INTO riptide_count (name, n) VALUES ('is-cancelled task', 1);
INSERT INTO riptide_count (name, n) VALUES ('is-completed task', 1);
INSERT INTO riptide_count (name, n) VALUES ('is-dead_letter task', 1);
INSERT INTO riptide_count (name, n) VALUES ('is-delayed task', 1);
INSERT INTO riptide_count (name, n) VALUES ('is-pending task', 2);
INSERT INTO riptide_count (name, n) VALUES ('is-processing task', 1);
INSERT INTO riptide_count (name, n) VALUES ('is-retrying task', 1);
INSERT INTO riptide_count (name, n) VALUES ('run-66 task', 3);
INSERT INTO riptide_count (name, n) VALUES ('total-cancelled task', 1);
INSERT INTO riptide_count (name, n) VALUES ('total-completed task', 1);
INSERT INTO riptide_count (name, n) VALUES ('total-deadLetter task', 1);
INSERT INTO riptide_count (name, n) VALUES ('total-failed task', 2);
INSERT INTO riptide_count (name, n) VALUES ('total-retried task', 1);
INSERT INTO riptide_count (name, n) VALUES ('total-submitted task', 9);
INSERT INTO riptide_count (name, n) VALUES ('total-totalRunMs task', 15);
INSERT INTO riptide_count (name, n) VALUES ('wait-0 task', 4);
INSERT INTO riptide_due (due_at, job) VALUES (1700000001000, 13);
INSERT INTO riptide_due (due_at, job) VALUES (1700000005000, 5);
INSERT INTO riptide_head (one, seq, fence, skip_critical, skip_high, skip_normal, skip_low, latest_ready_at, mended_to) VALUES (1, 15, 1700000000000003, 0, 0, 0, 0, 1700000000000, 0);
INSERT INTO riptide_instance (id, process, seen_at, lease_ms, heartbeat_at, info) VALUES ('i1', NULL, 1700000000000, 15000, 1700000000000, '{"id":"i1","host":"h","pid":1,"startedAt":1700000000000,"workers":1,"slots":1,"busy":1,"types":["task"],"zombies":0}');
INSERT INTO riptide_job (n, id, state, type, rank, ticket, ready_at, failures, generation, max_attempts, created_at, dedupe_key, schedule, bytes, is_large, token, digest, options, payload) VALUES (1, 'completed', 2, 'task', 2, 1, 1700000000000, 0, 1, 3, 1700000000000, NULL, NULL, 2, 0, 'token-1', 'digest', '{}', '{}');
INSERT INTO riptide_job (n, id, state, type, rank, ticket, ready_at, failures, generation, max_attempts, created_at, dedupe_key, schedule, bytes, is_large, token, digest, options, payload) VALUES (3, 'dead', 2, 'task', 2, 3, 1700000000000, 1, 1, 3, 1700000000000, NULL, NULL, 2, 0, 'token-2', 'digest', '{}', '{}');
INSERT INTO riptide_job (n, id, state, type, rank, ticket, ready_at, failures, generation, max_attempts, created_at, dedupe_key, schedule, bytes, is_large, token, digest, options, payload) VALUES (5, 'retrying', 4, 'task', 2, 5, 1700000005000, 1, 1, 3, 1700000000000, NULL, NULL, 2, 0, 'token-3', 'digest', '{}', '{}');
INSERT INTO riptide_job (n, id, state, type, rank, ticket, ready_at, failures, generation, max_attempts, created_at, dedupe_key, schedule, bytes, is_large, token, digest, options, payload) VALUES (6, 'cancelled', 2, 'task', 2, 6, 1700000000000, 0, 1, 3, 1700000000000, NULL, NULL, 2, 0, 'token-4', 'digest', '{}', '{}');
INSERT INTO riptide_job (n, id, state, type, rank, ticket, ready_at, failures, generation, max_attempts, created_at, dedupe_key, schedule, bytes, is_large, token, digest, options, payload) VALUES (8, 'first-slot', 2, 'task', 1, 8, 1700000000000, 0, 1, 3, 1700000000000, NULL, 's1', 2, 0, 'token-5', 'digest', '{}', '{}');
INSERT INTO riptide_job (n, id, state, type, rank, ticket, ready_at, failures, generation, max_attempts, created_at, dedupe_key, schedule, bytes, is_large, token, digest, options, payload) VALUES (10, 'blocked', 5, 'task', 1, 10, 1700000000000, 0, 1, 3, 1700000000000, NULL, 's1', 2, 0, 'token-6', 'digest', '{}', '{}');
INSERT INTO riptide_job (n, id, state, type, rank, ticket, ready_at, failures, generation, max_attempts, created_at, dedupe_key, schedule, bytes, is_large, token, digest, options, payload) VALUES (13, 'delayed', 3, 'task', 2, 13, 1700000001000, 0, 1, 3, 1700000000000, NULL, NULL, 2, 0, 'token-7', 'digest', '{}', '{}');
INSERT INTO riptide_job (n, id, state, type, rank, ticket, ready_at, failures, generation, max_attempts, created_at, dedupe_key, schedule, bytes, is_large, token, digest, options, payload) VALUES (14, 'ready', 2, 'task', 2, 14, 1700000000000, 0, 1, 3, 1700000000000, 'k', NULL, 3, 0, 'token-8', 'digest', '{"timeoutMs":1}', '"a"');
INSERT INTO riptide_job (n, id, state, type, rank, ticket, ready_at, failures, generation, max_attempts, created_at, dedupe_key, schedule, bytes, is_large, token, digest, options, payload) VALUES (15, 'large', 2, 'task', 3, 15, 1700000000000, 0, 1, 3, 1700000000000, NULL, NULL, 5002, 1, 'token-9', 'digest', '', '');
INSERT INTO riptide_key (dedupe_key, job) VALUES ('k', 14);
INSERT INTO riptide_large (job, options, payload) VALUES (15, '{}', '"' || replace(hex(zeroblob(2500)), '0', 'x') || '"');
INSERT INTO riptide_lease (job, fence, instance, lane, started_at, expires_at) VALUES (8, 1700000000000003, 'i1', 0, 1700000000000, 1700000015000);
INSERT INTO riptide_line (job, schedule, place) VALUES (8, 's1', 9);
INSERT INTO riptide_line (job, schedule, place) VALUES (10, 's1', 11);
INSERT INTO riptide_listed (type, state, job) VALUES ('task', 2, 8);
INSERT INTO riptide_listed (type, state, job) VALUES ('task', 2, 14);
INSERT INTO riptide_listed (type, state, job) VALUES ('task', 2, 15);
INSERT INTO riptide_listed (type, state, job) VALUES ('task', 3, 13);
INSERT INTO riptide_listed (type, state, job) VALUES ('task', 4, 5);
INSERT INTO riptide_listed (type, state, job) VALUES ('task', 5, 10);
INSERT INTO riptide_listed (type, state, job) VALUES ('task', 6, 1);
INSERT INTO riptide_listed (type, state, job) VALUES ('task', 7, 3);
INSERT INTO riptide_listed (type, state, job) VALUES ('task', 8, 6);
INSERT INTO riptide_meta (name, value) VALUES ('schema', '1');
INSERT INTO riptide_meta (name, value) VALUES ('since', '1700000000000');
INSERT INTO riptide_note (job, progress, fence, run_lines, lines) VALUES (8, '{"value":0.5}', 1700000000000003, 1, '["half"]');
INSERT INTO riptide_past (job, fence, instance, lane, started_at, completed_at, run_ms, ended_as, ending, cancel_reason, error) VALUES (1, 1700000000000000, 'i1', 0, 1700000000000, 1700000000000, 5, 6, 2, NULL, NULL);
INSERT INTO riptide_past (job, fence, instance, lane, started_at, completed_at, run_ms, ended_as, ending, cancel_reason, error) VALUES (3, 1700000000000001, 'i1', 0, 1700000000000, 1700000000000, 5, 7, 4, NULL, '{"code":"JOB_FAILED","name":"Error","message":"it broke"}');
INSERT INTO riptide_past (job, fence, instance, lane, started_at, completed_at, run_ms, ended_as, ending, cancel_reason, error) VALUES (5, 1700000000000002, 'i1', 0, 1700000000000, NULL, 5, NULL, NULL, NULL, '{"code":"JOB_FAILED","name":"Error","message":"it broke"}');
INSERT INTO riptide_past (job, fence, instance, lane, started_at, completed_at, run_ms, ended_as, ending, cancel_reason, error) VALUES (6, 0, NULL, NULL, NULL, 1700000000000, NULL, 8, 7, 'not needed', NULL);
INSERT INTO riptide_ready (rank, type, ticket, job, bytes, late_at) VALUES (2, 'task', 14, 14, 3, NULL);
INSERT INTO riptide_ready (rank, type, ticket, job, bytes, late_at) VALUES (3, 'task', 15, 15, 5002, NULL);
INSERT INTO riptide_result (job, until, is_key, bytes, text) VALUES (1, 1700003600000, 0, 11, '{"ok":true}');
INSERT INTO riptide_schedule (n, id, name, version, digest, definition, enabled, created_at, next_slot, last_fired_at, fired, skipped, last_job, last_token, last_answer) VALUES (1, 's1', 'nightly', 1, 'd', '{}', 1, 1700000000000, 1700000000000, 1700000000000, 2, 0, 'blocked', 'token-6', '{"kind":"fired","jobId":"blocked","status":"blocked"}');
INSERT INTO riptide_wait (job, blocker, place) VALUES (10, 8, 12);
