import { type Pruned, Pruner } from '../engine/pruner.js'
import { systemRandom } from '../core/random.js'
import type { Hub } from './hub.js'

/** Holds the store to its retention now: what the background does every few seconds, for a maintenance job. */
export function pruneOnce(hub: Hub): Promise<Pruned> {
  const { queue, storage, retention, clock } = hub.options
  const onError = hub.onError.bind(hub)
  return new Pruner({ adapter: queue, storage, retention, clock, random: systemRandom, onError }).prune()
}
