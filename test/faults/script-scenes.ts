import type { Script } from '../../src/drivers/redis/script.js'
import { scripts } from '../../src/drivers/redis/scripts.js'
import { storageScripts } from '../../src/drivers/redis/storage-scripts.js'
import { type Scene, scenes } from './scenes.js'

/** Those that change nothing; but what asks for hints does: it is asked again, and nothing depends on it. */
const asking: readonly Script[] = [scripts.wantMoves, scripts.schedules, scripts.foresee, storageScripts.get]

/** Every other script. */
export const writingScripts: readonly Script[] = [
  ...Object.values(scripts),
  ...Object.values(storageScripts),
].filter((script) => !asking.includes(script))

/** The scene of a script, which must have one. */
export function sceneOf({ name }: Script): Scene {
  const scene = scenes[name]
  if (!scene) throw new Error(`there is no scene for the script ${name}`)
  return scene
}
