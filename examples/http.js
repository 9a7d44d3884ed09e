// The routes on a bare Node server. Express: app.use('/bg', handler.node). Fastify: app.register(handler.fastify, { prefix: '/bg' }).
// Hono: app.all('/bg/*', (c) => handler.fetch(c.req.raw)).
import { createServer } from 'node:http'
import { WorkerService, defineJob } from 'riptide-workers'
import { createHandler } from 'riptide-workers/http'

const add = defineJob({ name: 'add', handler: ({ a, b }) => a + b })
const service = new WorkerService({ jobs: [add] })
await service.start()

const handler = createHandler(service, {
  authorize: ({ headers }) => headers.get('authorization') === 'Bearer secret',
})
const server = createServer(handler.node)
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
const base = `http://127.0.0.1:${server.address().port}/workers`
const headers = { authorization: 'Bearer secret', 'content-type': 'application/json' }

const body = JSON.stringify({
  job_type: { type: 'custom', job_name: 'add', payload: { a: 2, b: 3 } },
  priority: 'High',
})
const submitted = await (await fetch(`${base}/jobs`, { method: 'POST', headers, body })).json()
console.log(submitted.status)
await service.waitForJob(submitted.job_id)
const result = await (await fetch(`${base}/jobs/${submitted.job_id}/result`, { headers })).json()
console.log(result.success, result.data)

const stranger = await fetch(`${base}/stats/queue`)
console.log(stranger.status, (await stranger.json()).error)

server.closeAllConnections()
server.close()
await service.stop()

// prints:
// submitted
// true 5
// 403 FORBIDDEN
