// The queue that a worker process is told of, by its kind. `close` ends what does not end with the queue.

export function makeQueue({ kind, ...settings }) {
  return kind === 'sqlite' ? onSqlite(settings) : onRedis(settings)
}

async function onSqlite(settings) {
  const { sqliteQueue } = await import('riptide-workers/sqlite')
  return { queue: sqliteQueue(settings), close() {} }
}

async function onRedis({ cluster, ...settings }) {
  const { redisQueue } = await import('riptide-workers/redis')
  if (cluster === undefined) return { queue: redisQueue(settings), close() {} }
  const { Cluster } = await import('ioredis')
  const client = new Cluster(cluster)
  return { queue: redisQueue({ ...settings, client }), close: () => client.disconnect() }
}
