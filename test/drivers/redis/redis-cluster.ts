import { setTimeout as pause } from 'node:timers/promises'
import { type RedisProcess, startRedis } from './redis-process.js'

/** Three masters that share all slots. */
export interface RedisCluster {
  readonly nodes: readonly RedisProcess[]
  /** For `new Cluster(startupNodes)`. */
  readonly startupNodes: readonly { readonly host: string; readonly port: number }[]
  /** The master that has a key now. */
  readonly ownerOf: (key: string) => Promise<RedisProcess>
  /** Gives the slot of a key, which must be empty of keys, to another master. */
  readonly moveSlotOf: (key: string) => Promise<void>
}

/** Starts a cluster of three masters; it ends with the test file. */
export async function startCluster(settings: Readonly<Record<string, string>> = {}): Promise<RedisCluster> {
  const all = { 'cluster-enabled': 'yes', 'cluster-node-timeout': '2000', ...settings }
  const nodes = await Promise.all([startRedis(all), startRedis(all), startRedis(all)])
  await Promise.all(nodes.map(takeThird))
  const [first, ...others] = nodes
  if (!first) throw new Error('no node')
  for (const other of others) await first.call('CLUSTER', 'MEET', '127.0.0.1', other.port)
  await Promise.all(nodes.map(isWhole))
  return {
    nodes,
    startupNodes: nodes.map(({ port }) => ({ host: '127.0.0.1', port })),
    ownerOf: (key) => ownerOf(nodes, key),
    moveSlotOf: (key) => moveSlotOf(nodes, key),
  }
}

// -------------------------------------------------------------------------------------------------------------------

const slots = 16_384

async function takeThird(node: RedisProcess, index: number): Promise<void> {
  await node.call('CLUSTER', 'SET-CONFIG-EPOCH', index + 1)
  const from = Math.floor((slots * index) / 3)
  const to = Math.floor((slots * (index + 1)) / 3)
  await node.call('CLUSTER', 'ADDSLOTS', ...Array.from({ length: to - from }, (_, i) => from + i))
}

async function isWhole(node: RedisProcess): Promise<void> {
  const deadline = performance.now() + 30_000
  for (;;) {
    const info = String(await node.call('CLUSTER', 'INFO'))
    if (info.includes('cluster_state:ok') && info.includes('cluster_known_nodes:3')) return
    if (performance.now() > deadline) throw new Error(`the cluster does not form: ${info}`)
    await pause(50)
  }
}

async function slotOf(nodes: readonly RedisProcess[], key: string): Promise<number> {
  return Number(await nodes[0]?.call('CLUSTER', 'KEYSLOT', key))
}

async function ownerOf(nodes: readonly RedisProcess[], key: string): Promise<RedisProcess> {
  const slot = await slotOf(nodes, key)
  for (const node of nodes) if (await hasSlot(node, slot)) return node
  throw new Error(`no master has slot ${slot}`)
}

/** Whether the node's own line in its list of nodes has the slot. */
async function hasSlot(node: RedisProcess, slot: number): Promise<boolean> {
  const lines = String(await node.call('CLUSTER', 'NODES')).split('\n')
  const ranges =
    lines
      .find((line) => line.includes('myself'))
      ?.split(' ')
      .slice(8) ?? []
  return ranges.some((range) => {
    const [from, to = from] = range.split('-').map(Number)
    return from !== undefined && to !== undefined && from <= slot && slot <= to
  })
}

async function moveSlotOf(nodes: readonly RedisProcess[], key: string): Promise<void> {
  const slot = await slotOf(nodes, key)
  const source = await ownerOf(nodes, key)
  const target = nodes.find((node) => node !== source)
  const id = String(await target?.call('CLUSTER', 'MYID'))
  // The target first: until the source is told, it goes on to answer for the slot.
  for (const node of [target, source, ...nodes.filter((one) => one !== source && one !== target)]) {
    await node?.call('CLUSTER', 'SETSLOT', slot, 'NODE', id)
  }
}
