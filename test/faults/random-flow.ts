import type { FlowInput, FlowJob } from '../../src/index.js'
import type { FailureRule } from '../../src/core/job-terms.js'
import type { JobStatus } from '../../src/core/states.js'

/** A flow whose jobs end in a way that is known beforehand, as far as its rules say it. */
export interface RandomFlow {
  readonly flow: FlowInput
  /** By name: the states that each job may end in. */
  readonly ends: ReadonlyMap<string, ReadonlySet<JobStatus>>
}

interface Parent {
  readonly name: string
  readonly onFailure: FailureRule
}

const rules: readonly FailureRule[] = ['fail', 'cancel', 'ignore', 'ignore', 'ignore']

/**
 * A graph of `count` jobs, each depending on up to four of the fifty before it; one in ten of those that run fails. `jobOf` makes
 * a job that succeeds or fails.
 */
export function randomFlow(
  count: number,
  random: () => number,
  jobOf: (succeeds: boolean) => Pick<FlowJob, 'job' | 'options'>,
): RandomFlow {
  const jobs: Record<string, FlowJob> = {}
  const ends = new Map<string, ReadonlySet<JobStatus>>()
  for (let i = 0; i < count; i++) {
    const parents = parentsOf(i, random)
    const succeeds = random() > 0.1
    jobs[`j${i}`] = { ...jobOf(succeeds), dependsOn: parents }
    ends.set(`j${i}`, endsOf(parents, succeeds, ends))
  }
  return { flow: { jobs }, ends }
}

// -------------------------------------------------------------------------------------------------------------------

function parentsOf(i: number, random: () => number): readonly Parent[] {
  const oldest = Math.max(0, i - 50)
  const chosen = new Set<number>()
  const wanted = Math.floor(random() * 5)
  for (let n = 0; n < wanted && i > 0; n++) chosen.add(oldest + Math.floor(random() * (i - oldest)))
  return [...chosen].map((n) => ({
    name: `j${n}`,
    onFailure: rules[Math.floor(random() * rules.length)] ?? 'fail',
  }))
}

/** Of several parents that fail, the first to do so decides: then either end is right. */
function endsOf(
  parents: readonly Parent[],
  succeeds: boolean,
  ends: ReadonlyMap<string, ReadonlySet<JobStatus>>,
): ReadonlySet<JobStatus> {
  const bad = parents.filter(
    ({ name, onFailure }) => onFailure !== 'ignore' && !ends.get(name)?.has('completed'),
  )
  if (bad.length > 0)
    return new Set(bad.map(({ onFailure }) => (onFailure === 'fail' ? 'dead_letter' : 'cancelled')))
  return new Set([succeeds ? 'completed' : 'dead_letter'])
}
