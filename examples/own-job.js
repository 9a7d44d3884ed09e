// A job of your own: a name, a handler, and a schema that checks the payload at submit and before the run.
import { WorkerService, defineJob } from 'riptide-workers'
import { z } from 'zod' // or valibot, arktype: anything that is a Standard Schema

const greet = defineJob({
  name: 'greet',
  input: z.object({ name: z.string().min(1) }),
  handler({ name }, { progress, log }) {
    log(`greeting ${name}`)
    progress(1, 'done')
    return `Hello, ${name}!`
  },
})

const service = new WorkerService({ jobs: [greet] })
await service.start()

const { id } = await service.submitJob(greet({ name: 'Ada' }), { priority: 'high' })
console.log((await service.waitForJob(id)).data)

await service.submitJob(greet({ name: '' })).catch((error) => console.log(error.code, 'at', error.path))
await service.stop()

// prints:
// Hello, Ada!
// INPUT_INVALID at /payload/name
