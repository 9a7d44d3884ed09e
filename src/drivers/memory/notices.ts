import {
  type Notice,
  noTerms,
  noticeAttempts,
  noticeId,
  noticePriority,
  noticeType,
} from '../../core/job-terms.js'
import type { NewJob } from '../../core/queue-adapter.js'
import type { FinalStatus } from '../../core/states.js'
import { depend } from './depending.js'
import type { Entry } from './entry.js'
import type { JobTable } from './job-table.js'

/** Makes the notice that the terms of a job that has just ended, or a setting, ask for. */
export function noteEnd(table: JobTable, ended: Entry, status: FinalStatus, now: number): void {
  const { kind, extra } = ended
  if (kind.isInternal) return
  const asks = extra?.terms?.notices.includes(status) === true || table.noticeRules.asksFor(status, kind.name)
  if (!asks) return
  const notice: Notice = {
    job: ended.id,
    type: kind.name,
    status,
    generation: ended.generation,
    at: now,
  }
  const job = noticeJob(freeId(table, now), ended.id, JSON.stringify(notice))
  depend(table, table.add(job, now, null), job.terms.dependsOn, now, now)
}

// -------------------------------------------------------------------------------------------------------------------

/** Its number is that of the job made next. One with this very id can only have come from another store. */
function freeId(table: JobTable, now: number): string {
  let id = noticeId(table.created.lastPlace + 1, now)
  while (table.get(id) !== undefined) {
    table.created.nextPlace()
    id = noticeId(table.created.lastPlace + 1, now)
  }
  return id
}

function noticeJob(id: string, ended: string, payload: string) {
  return {
    id,
    token: id,
    digest: '',
    type: noticeType,
    priority: noticePriority,
    maxAttempts: noticeAttempts,
    delayMs: null,
    runAt: null,
    dedupeKey: null,
    payload,
    options: '',
    terms: { ...noTerms, dependsOn: [{ id: ended, onFailure: 'ignore' }] },
  } as const satisfies NewJob
}
