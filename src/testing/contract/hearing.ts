import type { Stage } from './stage.js'
import { soon } from './patience.js'

/**
 * Demands that the instance `waiting` hears of work when `act` is done. Hints may be lost: both are done again and again until
 * one came. What it hears while `prepare` sets the scene does not count.
 */
export async function hearsOfWork<Scene>(
  stage: Stage,
  prepare: () => Promise<Scene>,
  act: (scene: Scene) => Promise<unknown>,
): Promise<void> {
  let hasHeard = false
  stage.queue.subscribe('waiting', (hint) => {
    hasHeard ||= hint.kind === 'work'
  })
  await stage.until(
    'a hint of work',
    () => hasHeard,
    async () => {
      const scene = await prepare()
      hasHeard = false
      await act(scene)
      await soon(() => hasHeard)
    },
  )
}
