import { type QueueAdapter, migrate } from '../../src/index.js'
import type { FakeClock } from '../../src/testing/index.js'
import { Saboteur } from './saboteur.js'

/** A call that dies when it has taken its nth batch out of the one store and not yet put it into the other. */
export async function haltOnTheWay(
  here: () => QueueAdapter,
  there: () => QueueAdapter,
  clock: FakeClock,
  batches = 1,
): Promise<void> {
  const saboteur = new Saboteur(batches, 'after', 'withdraw')
  const call = migrate(saboteur.queue(here()), saboteur.queue(there()), { clock, batchSize: 5 })
  const isOver = await call.then(
    () => true,
    () => false,
  )
  if (isOver) throw new Error('no call ended on the way')
}
