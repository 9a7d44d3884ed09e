import type { InstanceInfo, InstanceRecord } from '../../core/queue-adapter.js'
import { idOf, nameOf, textOf, wordOf } from './names.js'
import { type Namespace, ask, readScripts } from './read-scripts.js'

/** What an instance says of itself, as words; `instanceOf` reads them. */
export function wordsOfInstance(info: InstanceInfo): string {
  const { id, host, pid, startedAt, workers, slots, busy, zombies, types } = info
  return [
    nameOf(id),
    wordOf(host),
    pid,
    startedAt,
    workers,
    slots,
    busy,
    zombies,
    ...types.map((type) => wordOf(type)),
  ].join(' ')
}

/** What those words say. */
export function instanceOf(words: string): InstanceInfo {
  const [id = '', host = '', pid, startedAt, workers, slots, busy, zombies, ...types] = words.split(' ')
  return {
    id: idOf(id),
    host: textOf(host),
    pid: Number(pid),
    startedAt: Number(startedAt),
    workers: Number(workers),
    slots: Number(slots),
    busy: Number(busy),
    types: types.map(textOf),
    zombies: Number(zombies),
  }
}

/** Everyone who lives, the longest running first. Who is met twice, because others went meanwhile, is shown once. */
export async function readInstances(space: Namespace): Promise<readonly InstanceRecord[]> {
  const found = new Map<string, InstanceRecord>()
  let seen = 0
  for (let more = true; more;) {
    const [now, hasMore, ...seats] = (await ask(space, readScripts.instances, [
      String(seen),
    ])) as InstancesReply
    for (const [words, beat, lease] of seats) {
      if (words === null) continue
      const info = instanceOf(words)
      const heartbeatAt = Number(beat)
      found.set(info.id, { ...info, heartbeatAt, healthy: Number(now) - heartbeatAt < Number(lease) })
    }
    seen += seats.length
    more = hasMore === '1'
  }
  return [...found.values()].sort((a, b) => a.startedAt - b.startedAt || (a.id < b.id ? -1 : 1))
}

// -------------------------------------------------------------------------------------------------------------------

type InstancesReply = readonly [
  now: string,
  more: string,
  ...seats: (readonly [words: string | null, beat: string, lease: string])[],
]
