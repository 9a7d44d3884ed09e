import { concurrency, measure } from './measure.mjs'
import { crawlAll, startService } from './service.mjs'

// Two batches at once, so that the end of one does not leave the other's places empty.
const batches = 2

const service = await startService({ isolation: process.argv[2], concurrency, batches })
await measure((urls) => crawlAll(service, urls, concurrency / batches))
await service.stop()
