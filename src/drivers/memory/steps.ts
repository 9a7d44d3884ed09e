import type { LeaseRef, Step, StepAnswer, StepRequest } from '../../core/queue-adapter.js'
import type { Entry } from './entry.js'
import { extraOf } from './extra.js'
import type { JobTable } from './job-table.js'

const mostSteps = 1_000
const mostBytes = 4 * 2 ** 20

/** What the steps of a job had for results in this life, in the order in which they were kept. */
export interface Steps {
  readonly byKey: Map<string, string>
  bytes: number
}

export function keepStep(table: JobTable, { id, fence, key, text }: StepRequest): StepAnswer {
  const entry = runOf(table, { id, fence })
  if (entry === null) return { kind: 'lost' }
  const steps = (extraOf(entry).steps ??= { byKey: new Map<string, string>(), bytes: 0 })
  const kept = steps.byKey.get(key)
  if (kept !== undefined) return { kind: 'kept', text: kept }
  const bytes = steps.bytes + Buffer.byteLength(text)
  if (steps.byKey.size >= mostSteps || bytes > mostBytes) return { kind: 'full' }
  steps.byKey.set(key, text)
  steps.bytes = bytes
  return { kind: 'kept', text }
}

export function stepsOfRun(table: JobTable, lease: LeaseRef): readonly Step[] | null {
  const entry = runOf(table, lease)
  return entry === null ? null : stepsOf(entry)
}

export function stepsOf({ extra }: Entry): readonly Step[] {
  if (extra === null || extra.steps === null) return []
  return [...extra.steps.byKey].map(([key, text]) => ({ key, text }))
}

/** As they were in another store. */
export function restoreSteps(entry: Entry, steps: readonly Step[]): void {
  if (steps.length === 0) return
  const byKey = new Map(steps.map(({ key, text }) => [key, text]))
  const bytes = steps.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0)
  extraOf(entry).steps = { byKey, bytes }
}

// -------------------------------------------------------------------------------------------------------------------

function runOf(table: JobTable, { id, fence }: LeaseRef): Entry | null {
  const entry = table.get(id)
  return entry?.place === 'processing' && entry.fenceText === fence ? entry : null
}
