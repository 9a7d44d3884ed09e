import { asObject, onlyKeys } from '../core/check.js'
import type { NewJob } from '../core/queue-adapter.js'
import type { SubmitOptions } from '../service-api.js'
import type { Drafter, JobDraft } from './drafter.js'
import { below } from './submission.js'

/** One of many that are submitted together. */
export interface Asked {
  readonly spec: unknown
  readonly options: SubmitOptions
  /** The error of this one, with which one it is. */
  readonly faultOf: (thrown: unknown) => unknown
}

/** An entry of `submitJobs`: a job, or one with options of its own. */
export function askedOf(entry: unknown, i: number, shared: SubmitOptions): Asked {
  const faultOf = (thrown: unknown): unknown => below(`/${i}`, thrown)
  const own = within(faultOf, () => asOwnEntry(entry))
  return own
    ? { spec: own.job, options: own.options ?? shared, faultOf }
    : { spec: entry, options: shared, faultOf }
}

/** All of them are written down before this first waits, and checked before it answers; `request` is the digest of what they are part of. */
export async function draftAll(
  all: readonly Asked[],
  drafter: Drafter,
  request?: string,
): Promise<readonly NewJob[]> {
  const call = drafter.newCall(request)
  const drafting = all.map(({ spec, options, faultOf }) =>
    within(faultOf, () => drafter.draft(spec, options, call)),
  )
  const drafts = drafting.some((one) => one instanceof Promise)
    ? await Promise.all(drafting.map((one, i) => Promise.resolve(one).catch(rethrow(all[i]))))
    : (drafting as readonly JobDraft[])
  await Promise.all(drafts.flatMap(({ checked }, i) => checked?.catch(rethrow(all[i])) ?? []))
  return drafts.map((draft) => draft.value)
}

// -------------------------------------------------------------------------------------------------------------------

/** What `run` answers; its error says which of many it is about. */
function within<T>(faultOf: Asked['faultOf'], run: () => T): T {
  try {
    return run()
  } catch (thrown) {
    throw faultOf(thrown)
  }
}

function rethrow(asked: Asked | undefined): (thrown: unknown) => never {
  return (thrown) => {
    throw asked ? asked.faultOf(thrown) : thrown
  }
}

function asOwnEntry(entry: unknown): { readonly job: unknown; readonly options?: SubmitOptions } | undefined {
  if (typeof entry !== 'object' || entry === null || !('job' in entry) || 'type' in entry) return undefined
  onlyKeys(asObject(entry, { path: '' }), ['job', 'options'], { path: '' })
  return entry
}
