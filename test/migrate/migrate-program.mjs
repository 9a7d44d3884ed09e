// Moves one queue into another, and says how far it is; its parent may end it at any moment.
import { migrate } from 'riptide-workers'
import { redisQueue } from 'riptide-workers/redis'
import { sqliteQueue } from 'riptide-workers/sqlite'

const make = { redis: redisQueue, sqlite: sqliteQueue }
const [from, to] = JSON.parse(process.argv[2]).map(({ kind, options }) => make[kind](options))

await migrate(from, to, { batchSize: 3, waitMs: 0, onProgress: ({ jobs }) => process.send(jobs) })
process.disconnect()
