/** Between which numbers of workers to choose, and by what. */
export interface AutoscaleOptions {
  readonly min: number
  readonly max: number
  /** 95 % of the jobs shall wait no longer. */
  readonly targetP95WaitMs: number
}

/** What is known when the number of workers is decided. */
export interface ScaleFacts extends AutoscaleOptions {
  readonly workers: number
  /** Of jobs that were claimed here lately; null when none was. */
  readonly p95WaitMs: number | null
  /** Age of the job that has been ready longest; 0 when none waits. */
  readonly oldestReadyMs: number
  /** 0 to 1. */
  readonly eventLoopUtilisation: number
  /** Used part of what may be used, 0 to 1. */
  readonly memory: number
  /** Every slot had a job at some time since the last decision. */
  readonly isSaturated: boolean
  /** So many workers would have done at the busiest moment of the last `quietMs`, with some to spare. */
  readonly neededWorkers: number
  /** Since the number last changed. */
  readonly sinceChangeMs: number
}

export interface ScaleDecision {
  readonly workers: number
  /** A sentence: why so many. */
  readonly reason: string
}

/** How long workers must have been too many before one of them goes. */
export const quietMs = 30_000
/** What a change does is looked at for so long before there is another one. */
const growEveryMs = 2_000
const shrinkEveryMs = 10_000
/** From here on more workers would only wait for each other, or bring the process down. */
const mostLoad = 0.85

/**
 * How many workers there should be now: half as many more while jobs wait too long and all workers are taken, unless the
 * process has no time or memory for more; one fewer when fewer would have done for long. Changes are few and far between, and
 * fewer of them go down than up, so that a load which comes and goes does not make the number swing.
 */
export function decideScale(facts: ScaleFacts): ScaleDecision {
  const { workers, min, max, neededWorkers } = facts
  const within = Math.min(Math.max(workers, min), max)
  if (within !== workers) return { workers: within, reason: `the limits are ${min} and ${max}` }
  const late = whyLate(facts)
  if (late !== undefined && facts.isSaturated) return grown(facts, late)
  const enough = Math.max(neededWorkers, min)
  if (enough < workers && facts.sinceChangeMs >= shrinkEveryMs)
    return { workers: workers - 1, reason: `${enough} would have done for the last ${quietMs / 1000} s` }
  if (late !== undefined) return { workers, reason: `${late}, though not for want of workers` }
  return { workers, reason: 'jobs start in time' }
}

// -------------------------------------------------------------------------------------------------------------------

function whyLate({ p95WaitMs, oldestReadyMs, targetP95WaitMs }: ScaleFacts): string | undefined {
  if (p95WaitMs !== null && p95WaitMs > targetP95WaitMs)
    return `5 % of the jobs waited for more than ${Math.round(p95WaitMs)} ms`
  if (oldestReadyMs > targetP95WaitMs) return `a job has been ready for ${Math.round(oldestReadyMs)} ms`
  return undefined
}

function grown(facts: ScaleFacts, late: string): ScaleDecision {
  const { workers, max, eventLoopUtilisation, memory, sinceChangeMs } = facts
  const stay = (why: string): ScaleDecision => ({ workers, reason: `${late}, but ${why}` })
  if (workers >= max) return stay(`${max} is the most`)
  if (eventLoopUtilisation >= mostLoad)
    return stay(`the event loop is busy for ${Math.round(eventLoopUtilisation * 100)} % of the time`)
  if (memory >= mostLoad) return stay(`${Math.round(memory * 100)} % of the memory is used`)
  if (sinceChangeMs < growEveryMs) return stay('the last change has yet to show')
  return { workers: Math.min(max, workers + Math.ceil(workers / 2)), reason: late }
}
