// The smallest app: submit a crawl, get its id at once, wait for the result.
import { WorkerService } from 'riptide-workers'
import { startSite } from './server/site.js' // four small pages to crawl, so that this runs without a network

const site = await startSite()
const service = new WorkerService({ crawl: { allowPrivateNetwork: [site.origin] } }) // only because the site is on this machine
await service.start()

const { id, created } = await service.submitJob({ type: 'batch_crawl', urls: site.urls })
console.log('created:', created)
const { success, data } = await service.waitForJob(id)
console.log('success:', success)
for (const page of data.results) console.log(page.status, page.document.title)

await service.stop()
await site.stop()

// prints:
// created: true
// success: true
// 200 The harbour gazette
// 200 How the tides work
// 200 The workers of the harbour
// 200 The lighthouse keeper’s timetable
