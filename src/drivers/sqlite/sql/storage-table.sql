-- Part of migration 001. Texts by key: large results, cached pages, whatever an app keeps.
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
CREATE UNIQUE INDEX riptide_text_key ON riptide_text (shelf, key);
CREATE INDEX riptide_text_expiry ON riptide_text (shelf, expires_at) WHERE expires_at IS NOT NULL;
