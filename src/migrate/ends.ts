import { hasMethods } from '../core/adapter-shape.js'
import { RiptideError, describe } from '../core/errors.js'
import type { QueueAdapter, QueueMoving } from '../core/queue-adapter.js'
import { canMove } from '../core/queue-move.js'
import { newId, systemRandom } from '../core/random.js'
import { untilAnswered } from '../engine/store-call.js'
import type { ResolvedMigrateOptions } from './migrate-options.js'

export type MovableQueue = QueueAdapter & QueueMoving

/** The two queues of a move, both open. */
export interface Ends {
  readonly from: MovableQueue
  readonly to: MovableQueue
  /** Sends a step until it is answered: each may be sent twice. */
  readonly ask: <T>(send: () => Promise<T>) => Promise<T>
}

/** How long one step is sent again to a store that does not answer. */
const patienceMs = 20_000

/** Opens both queues for as long as `act` takes. */
export async function withEnds<T>(
  from: QueueAdapter,
  to: QueueAdapter,
  options: ResolvedMigrateOptions,
  act: (ends: Ends) => Promise<T>,
): Promise<T> {
  const { logger, clock, clockForStores } = options
  const patience = { clock, random: systemRandom, withinMs: patienceMs }
  const ends: Ends = {
    from: movable(from, 'from'),
    to: movable(to, 'to'),
    ask: (send) => untilAnswered(send, patience),
  }
  const open = { logger, clock: clockForStores }
  await from.open(open)
  try {
    await to.open(open)
    try {
      await refuseOneStore(ends, clock.now())
      return await act(ends)
    } finally {
      await to.close()
    }
  } finally {
    await from.close()
  }
}

/** Refuses while others work on the queue that is to be left: they would run jobs that are about to go. */
export async function refuseWorkers({ from, ask }: Ends): Promise<void> {
  const instances = (await ask(() => from.instances())).filter((instance) => instance.healthy)
  if (instances.length === 0) return
  const names = instances.map(({ id, host, pid }) => `${id} (${host}, pid ${pid})`)
  throw new RiptideError(
    'STATE_CONFLICT',
    `services work on the queue that is to be left: ${names.join(', ')}; stop them first`,
    { retryable: true, facts: { instances: instances.map(({ id }) => id) } },
  )
}

// -------------------------------------------------------------------------------------------------------------------

function movable(queue: QueueAdapter, name: string): MovableQueue {
  if (!hasMethods(queue, ['open', 'close', 'cycle', 'instances']))
    throw new RiptideError('ADAPTER_INVALID', `\`${name}\` must be a queue; got ${describe(queue)}`)
  if (canMove(queue)) return queue
  const text = `a queue of the kind ${describe(queue.kind)} has no verbs for moving (see QueueMoving)`
  throw new RiptideError('NOT_SUPPORTED', `\`${name}\`: ${text}`, { facts: { kind: queue.kind } })
}

/** Two adapters on one store would move jobs behind themselves without end. */
async function refuseOneStore({ from, to, ask }: Ends, now: number): Promise<void> {
  const key = `migrate/${newId(now)}`
  await ask(() => to.storage.set(key, key, 60_000))
  const found = await ask(() => from.storage.get(key))
  await ask(() => to.storage.delete(key))
  if (found === undefined) return
  throw new RiptideError('ARGUMENT_INVALID', '`from` and `to` are one and the same store')
}
