import type { RedisCluster, RedisProcess } from '../drivers/redis/redis-server.js'
import { until } from './patience.js'

/** A slot that goes from one master to another as an operator moves it: meanwhile both answer for the keys that they have. */
export class SlotMove {
  readonly #servers: RedisCluster
  readonly #slot: number
  readonly #from: RedisProcess
  readonly #to: RedisProcess

  private constructor(servers: RedisCluster, slot: number, from: RedisProcess, to: RedisProcess) {
    this.#servers = servers
    this.#slot = slot
    this.#from = from
    this.#to = to
  }

  /** Begins to move the slot of a key to the next master; no key has moved yet. */
  static async begin(servers: RedisCluster, key: string): Promise<SlotMove> {
    const from = await servers.ownerOf(key)
    const to = servers.nodes[(servers.nodes.indexOf(from) + 1) % servers.nodes.length]!
    const slot = Number(await from.call('CLUSTER', 'KEYSLOT', key))
    await to.call('CLUSTER', 'SETSLOT', slot, 'IMPORTING', await idOf(from))
    await from.call('CLUSTER', 'SETSLOT', slot, 'MIGRATING', await idOf(to))
    return new SlotMove(servers, slot, from, to)
  }

  /** How many keys have not moved yet. */
  async left(): Promise<number> {
    return Number(await this.#from.call('CLUSTER', 'COUNTKEYSINSLOT', this.#slot))
  }

  /** Moves so many keys, one by one. */
  async move(count: number): Promise<void> {
    const keys = (await this.#from.call('CLUSTER', 'GETKEYSINSLOT', this.#slot, count)) as string[]
    for (const key of keys) await this.#from.call('MIGRATE', '127.0.0.1', this.#to.port, key, 0, 5000)
  }

  /** The other master has the slot from now on, and all know it. */
  async end(): Promise<void> {
    while ((await this.left()) > 0) await this.move(100)
    const { nodes } = this.#servers
    const id = await idOf(this.#to)
    for (const node of [this.#to, this.#from, ...nodes]) {
      await node.call('CLUSTER', 'SETSLOT', this.#slot, 'NODE', id)
    }
    // A master that takes a slot before it has heard of the last move gives it the same epoch, and one of them may lose it.
    await until('all masters agree', async () => new Set(await Promise.all(nodes.map(viewOf))).size === 1)
  }
}

// -------------------------------------------------------------------------------------------------------------------

async function idOf(node: RedisProcess): Promise<string> {
  return String(await node.call('CLUSTER', 'MYID'))
}

/** Which slots each master has, and since which epoch, as this one sees it. */
async function viewOf(node: RedisProcess): Promise<string> {
  const lines = String(await node.call('CLUSTER', 'NODES'))
    .trim()
    .split('\n')
  const views = lines.map((line) => {
    const [id = '', , , , , , epoch = '', , ...slots] = line.split(' ')
    return [id, epoch, ...slots.filter((slot) => !slot.startsWith('['))].join(' ')
  })
  return views.sort().join('\n')
}
