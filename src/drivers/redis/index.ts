export { redisQueue } from './redis-queue.js'
export { redisStorage } from './redis-storage.js'
