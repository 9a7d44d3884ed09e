import type { RiptideError } from '../core/errors.js'
import type { CycleReply, CycleRequest, QueueAdapter } from '../core/queue-adapter.js'
import type { Stopper } from '../core/stopper.js'
import { type PatienceOptions, asStoreError, untilAnswered } from './store-call.js'

export type CycleDone = Extract<CycleReply, { kind: 'done' }>

export interface SendingPatience extends PatienceOptions {
  readonly stopper: Stopper
  readonly onTrouble: (error: RiptideError) => void
}

/** How long one cycle is sent again before its error is reported and it is sent again still. */
export const cyclePatienceMs = 5_000

/** The reply; undefined when told to give up. A refused step is sent again too: its outcomes are all we have. */
export async function sendCycle(
  adapter: Pick<QueueAdapter, 'cycle'>,
  request: CycleRequest,
  patience: SendingPatience,
): Promise<CycleDone | undefined> {
  const { clock, stopper, onTrouble } = patience
  while (!stopper.reason) {
    try {
      const reply = await untilAnswered(() => adapter.cycle(request), patience)
      return reply.kind === 'done' ? reply : undefined
    } catch (thrown) {
      if (stopper.reason) return undefined
      onTrouble(asStoreError(thrown))
      await clock.sleep(1000, stopper.signal).catch(() => undefined)
    }
  }
  return undefined
}
