import { monitorEventLoopDelay } from 'node:perf_hooks'

const turns = monitorEventLoopDelay({ resolution: 5 })
turns.enable()

/** How long, in ms, the event loop was held up at most since this was last asked. */
export function longestTurn() {
  const { max } = turns
  turns.reset()
  return max / 1e6
}
