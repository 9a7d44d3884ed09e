import type { JobStatus } from '../../src/core/states.js'
import type { Contents, StoredJob } from './fleet-store.js'
import type { SqliteHand, SqliteRow } from './sqlite-hand.js'
import { integrity, unsoundness } from './sqlite-soundness.js'

/** What is in a file at one instant, whatever goes on meanwhile. One that no queue was ever in has no jobs. */
export async function contentsOf(hand: SqliteHand, path: string): Promise<Contents> {
  const [tables = []] = await hand.read(path, ["SELECT 1 FROM sqlite_schema WHERE name = 'riptide_job'"])
  const [jobs = [], ...wrongs] = await hand.read(
    path,
    tables.length > 0 ? [allJobs, ...unsoundness] : [noJobs, integrity],
  )
  await hand.close(path)
  return {
    jobs: new Map(jobs.map((row) => [String(row.id), stored(row)])),
    wrongs: wrongs.flatMap((rows) => rows.map(({ wrong }) => String(wrong))),
  }
}

// -------------------------------------------------------------------------------------------------------------------

const allJobs = `SELECT j.id, coalesce(p.ended_as, j.state) AS state, l.job IS NOT NULL AS is_running,
  coalesce(l.fence, p.fence, 0) AS fence
  FROM riptide_job j LEFT JOIN riptide_lease l ON l.job = j.n LEFT JOIN riptide_past p ON p.job = j.n`

const noJobs = 'SELECT 1 WHERE false'

const statuses: Readonly<Record<number, JobStatus>> = {
  2: 'pending',
  3: 'pending',
  4: 'retrying',
  5: 'blocked',
  6: 'completed',
  7: 'dead_letter',
  8: 'cancelled',
}

function stored({ state, is_running, fence }: SqliteRow): StoredJob {
  const status = is_running === 1 ? 'processing' : statuses[Number(state)]
  if (status === undefined) throw new Error(`there is no state ${state ?? 'null'}`)
  return { status, fence: BigInt(fence ?? 0) }
}
