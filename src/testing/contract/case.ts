import { RiptideError } from '../../core/errors.js'
import type { QueueAdapter } from '../../core/queue-adapter.js'
import { audit } from './audit.js'
import { Stage } from './stage.js'

/** The store that the contract is run over. */
export interface QueueSubject {
  /** A queue on a store of its own, empty and not yet opened. */
  create(): QueueAdapter | Promise<QueueAdapter>
  /** Another adapter on the same store, as a second process has it; without this, the same object plays both. */
  connect?(queue: QueueAdapter): QueueAdapter | Promise<QueueAdapter>
  /** As `create`, with room for so many jobs and no more; only where a driver can be bounded. */
  createBounded?(maxJobs: number): QueueAdapter | Promise<QueueAdapter>
  /** True where the adapter has the verbs of QueueMoving, which are optional. */
  readonly moves?: boolean
}

/** One thing that every queue adapter does; a test runner makes one test of it. */
export interface ContractCase {
  /** A sentence, unique in the contract. */
  readonly name: string
  /** The guarantees it stands for. */
  readonly invariants: readonly string[]
  /** What the subject must offer; a runner skips the case where it does not. */
  readonly needs?: keyof QueueSubject
  /** Rejects when the adapter does not do it. */
  run(subject: QueueSubject): Promise<void>
}

/** A case on a fresh stage, which is audited afterwards: what the store counts must be what it holds. */
export function contractCase(
  name: string,
  invariants: readonly string[],
  play: (stage: Stage) => Promise<void>,
): ContractCase {
  return { name, invariants, run: (subject) => perform(subject, () => subject.create(), play) }
}

/** A case for the verbs by which jobs go from one store to another. */
export function movingCase(
  name: string,
  invariants: readonly string[],
  play: (stage: Stage) => Promise<void>,
): ContractCase {
  return { ...contractCase(name, invariants, play), needs: 'moves' }
}

/** A case on a queue with room for `maxJobs`. */
export function boundedCase(
  name: string,
  invariants: readonly string[],
  maxJobs: number,
  play: (stage: Stage) => Promise<void>,
): ContractCase {
  const run = async (subject: QueueSubject): Promise<void> => {
    const createBounded = subject.createBounded?.bind(subject)
    if (!createBounded)
      throw new RiptideError('NOT_SUPPORTED', 'this case needs a subject with createBounded')
    await perform(subject, () => createBounded(maxJobs), play)
  }
  return { name, invariants, needs: 'createBounded', run }
}

// -------------------------------------------------------------------------------------------------------------------

async function perform(
  subject: QueueSubject,
  create: () => QueueAdapter | Promise<QueueAdapter>,
  play: (stage: Stage) => Promise<void>,
): Promise<void> {
  const stage = await Stage.open(subject, await create())
  try {
    await play(stage)
    await audit(stage)
  } finally {
    await stage.close()
  }
}
