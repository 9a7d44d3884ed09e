-- Within the transaction of an app, on its own connection.

-- :begin
SAVEPOINT riptide_submit;

-- :lock
UPDATE riptide_head SET seq = seq;

-- :end
RELEASE riptide_submit;

-- :undo
ROLLBACK TO riptide_submit;
