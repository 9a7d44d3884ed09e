/** Jobs with the state they are in: 2 ready or running, 3 delayed, 4 retrying, 5 blocked, 6 to 8 ended. */
const jobs = `(SELECT j.n, j.id, j.type, j.rank, j.ticket, j.ready_at, j.bytes, j.dedupe_key, j.schedule, j.is_large,
  coalesce(p.ended_as, j.state) AS state, p.ended_as, p.ending
  FROM riptide_job j LEFT JOIN riptide_past p ON p.job = j.n)`

/** What SQLite itself finds wrong with a file, in sentences. */
export const integrity =
  "SELECT integrity_check AS wrong FROM pragma_integrity_check WHERE integrity_check <> 'ok'"

/**
 * What may be wrong with the tables of a queue, a query each: its rows are sentences of what is. A job that is not in exactly
 * the index of its state, an entry of an index without its job, a count that is no recount. They give nothing at any instant.
 * Written by the layout of the tables, and with no code of the driver's.
 */
export const unsoundness: readonly string[] = [
  integrity,
  misplaced(),
  ...strays(),
  ...wrongCounts(),
  numbersBehind(),
]

// -------------------------------------------------------------------------------------------------------------------

function misplaced(): string {
  const word = (is: string, place: string): string => `iif(${is}, ' ${place}', '')`
  const found = [
    word('r.job IS NOT NULL', 'ready'),
    word('l.job IS NOT NULL', 'running'),
    word('d.job IS NOT NULL', 'due'),
    word('w.job IS NOT NULL', 'waiting'),
    word('j.ended_as IS NOT NULL', 'ended'),
    word('i.job IS NOT NULL', 'listed'),
    word('k.job IS NOT NULL', 'keyed'),
    word('s.job IS NOT NULL', 'in line'),
    word('g.job IS NOT NULL', 'large'),
  ]
  const wanted = [
    word('j.state = 2 AND l.job IS NULL', 'ready'),
    word('j.state = 2 AND l.job IS NOT NULL', 'running'),
    word('j.state IN (3, 4)', 'due'),
    word('j.state = 5', 'waiting'),
    word('j.state > 5', 'ended'),
    word('true', 'listed'),
    word('j.state < 6 AND j.dedupe_key IS NOT NULL', 'keyed'),
    word('j.state < 6 AND j.schedule IS NOT NULL', 'in line'),
    word('j.is_large', 'large'),
  ]
  return `SELECT 'job ' || id || ' of state ' || state || ' is' || found || ', not' || wanted AS wrong FROM (
    SELECT j.id, j.state, ${found.join(' || ')} AS found, ${wanted.join(' || ')} AS wanted
    FROM ${jobs} j
    LEFT JOIN riptide_ready r ON r.rank = j.rank AND r.type = j.type AND r.ticket = j.ticket AND r.job = j.n
    LEFT JOIN riptide_lease l ON l.job = j.n
    LEFT JOIN riptide_due d ON d.due_at = j.ready_at AND d.job = j.n
    LEFT JOIN riptide_wait w ON w.job = j.n
    LEFT JOIN riptide_listed i ON i.type = j.type AND i.state = j.state AND i.job = j.n
    LEFT JOIN riptide_key k ON k.dedupe_key = j.dedupe_key AND k.job = j.n
    LEFT JOIN riptide_line s ON s.job = j.n AND s.schedule = j.schedule
    LEFT JOIN riptide_large g ON g.job = j.n
  ) WHERE found <> wanted`
}

/** Entries whose job is not there, or not in their state. */
function strays(): string[] {
  const found: readonly (readonly [string, string])[] = [
    ['ready', 'j.state = 2 AND j.rank = e.rank AND j.type = e.type AND j.ticket = e.ticket'],
    ['lease', 'j.state = 2'],
    ['due', 'j.state IN (3, 4) AND j.ready_at = e.due_at'],
    ['wait', 'j.state = 5'],
    ['listed', 'j.state = e.state AND j.type = e.type'],
    ['key', 'j.state < 6 AND j.dedupe_key = e.dedupe_key'],
    ['line', 'j.state < 6 AND j.schedule = e.schedule'],
    ['large', 'j.is_large'],
    ['result', 'j.state = 6'],
    ['past', 'true'],
    ['note', 'true'],
    ['answer', 'true'],
    ['heir', 'true'],
  ]
  return found.map(
    ([
      table,
      condition,
    ]) => `SELECT '${table} has ' || e.job || ', which is ' || ifnull(j.state, 'not there') AS wrong
      FROM riptide_${table} e LEFT JOIN ${jobs} j ON j.n = e.job
      WHERE j.n IS NULL OR NOT (${condition})`,
  )
}

function wrongCounts(): string[] {
  const state = `CASE j.state WHEN 2 THEN iif(l.job IS NULL, 'pending', 'processing') WHEN 3 THEN 'delayed'
    WHEN 4 THEN 'retrying' WHEN 5 THEN 'blocked' WHEN 6 THEN 'completed' WHEN 7 THEN 'dead_letter' ELSE 'cancelled' END`
  const recount = (name: string, n: string, condition: string): string =>
    `SELECT ${name} AS name, ${n} AS n FROM ${jobs} j LEFT JOIN riptide_lease l ON l.job = j.n
    LEFT JOIN riptide_result t ON t.job = j.n WHERE ${condition} GROUP BY 1`
  return [
    compared('is-*', recount(`'is-' || ${state} || ' ' || j.type`, 'count(*)', 'true')),
    compared('held-count*', recount(`'held-count ' || ${state}`, 'count(*)', 'j.ending IS NOT NULL')),
    compared(
      'held-bytes*',
      recount(`'held-bytes ' || ${state}`, 'sum(j.bytes + ifnull(t.bytes, 0))', 'j.ending IS NOT NULL'),
    ),
    // One behind which others must still be told is not yet for retention to see.
    `SELECT 'retention ' || iif(j.ending IS NULL, 'does not see ', 'sees ') || j.id AS wrong FROM ${jobs} j
    WHERE (j.ending IS NOT NULL) <> (j.state > 5 AND NOT EXISTS (SELECT 1 FROM riptide_outbox o WHERE o.ended = j.n))`,
  ]
}

function compared(names: string, recount: string): string {
  return `SELECT ifnull(c.name, r.name) || ' is ' || ifnull(c.n, 0) || '; a recount gives ' || ifnull(r.n, 0) AS wrong
    FROM (SELECT name, n FROM riptide_count WHERE name GLOB '${names}') c FULL JOIN (${recount}) r ON r.name = c.name
    WHERE ifnull(c.n, 0) <> ifnull(r.n, 0)`
}

/** What is given out must be above all that was. */
function numbersBehind(): string {
  return `SELECT 'the head stands at ' || h.seq || ' and ' || h.fence AS wrong FROM riptide_head h
    WHERE h.seq < (SELECT ifnull(max(n), 0) FROM riptide_job)
    OR h.seq < (SELECT ifnull(max(ticket), 0) FROM riptide_job)
    OR h.fence < (SELECT ifnull(max(fence), 0) FROM riptide_lease)
    OR h.fence < (SELECT ifnull(max(fence), 0) FROM riptide_past)`
}
