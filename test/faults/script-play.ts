import type { QueueAdapter } from '../../src/core/queue-adapter.js'
import { prefixOf } from '../../src/drivers/redis/names.js'
import { Stage } from '../../src/testing/contract/stage.js'
import { freshNamespace } from '../drivers/redis/redis-server.js'
import type { Scene } from './scenes.js'
import { type Call, type Snapshot, takeSnapshot } from './snapshot.js'

/** A scene that is prepared, and whose call can be sent. */
export interface Play {
  /** A key of its namespace. */
  readonly key: string
  readonly send: () => Promise<unknown>
  readonly snapshot: () => Promise<Snapshot>
  /** Every key with its value; what has no order is put into one. Of two stages alike it is the same. */
  readonly contents: () => Promise<unknown>
  readonly close: () => Promise<void>
}

export interface Place {
  readonly call: Call
  readonly connect: (namespace: string) => QueueAdapter
  /** For what the call is sent through. @default connect */
  readonly connectOther?: (namespace: string) => QueueAdapter
}

/** Prepares a scene in a namespace of its own. */
export async function playScene(
  scene: Scene,
  { call, connect, connectOther = connect }: Place,
): Promise<Play> {
  const namespace = freshNamespace()
  const direct = connect(namespace)
  const stage = await Stage.open({ create: () => direct, connect: () => connectOther(namespace) }, direct)
  const prefix = prefixOf(namespace)
  const send = await scene.play(stage, () => call('DEL', `${prefix}lease`, `${prefix}r:2:task`))
  const queue = await stage.other()
  const snapshot = (): Promise<Snapshot> => takeSnapshot(call, namespace)
  return {
    key: `${prefix}n`,
    send: () => send(queue),
    snapshot,
    contents: async () => contentsOf(await snapshot()),
    close: () => stage.close(),
  }
}

// -------------------------------------------------------------------------------------------------------------------

/** How far the look through all jobs has come: it goes on with every call. */
const lookedThrough = 'm'

function contentsOf({ keys }: Snapshot): unknown {
  return Object.fromEntries(
    [...keys].flatMap(([key, { kind, value, ttl }]) => {
      if (key === lookedThrough) return []
      const inOrder = kind === 'hash' && typeof value !== 'string' ? pairsOf(value) : value
      return [[key, { kind, value: inOrder, stays: ttl < 0 }]]
    }),
  )
}

function pairsOf(flat: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(flat.flatMap((field, i) => (i % 2 === 0 ? [[field, flat[i + 1] ?? '']] : [])))
}
