import { execFile } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type InstalledPackage, installPackage, link, root } from './installed-package.js'

const run = promisify(execFile)
let app: InstalledPackage

beforeAll(async () => {
  app = await installPackage()
  for (const name of ['@types/node', 'undici-types', 'zod']) link(name, app.folder)
})
afterAll(() => app.remove())

const program = `
import { WorkerService, defineJob, isRiptideError, memoryQueue, type Job, type Result } from 'riptide-workers'
import { extractDocument } from 'riptide-workers/crawl'
import { createHandler } from 'riptide-workers/http'
import { FakeClock, queueContract } from 'riptide-workers/testing'
import { z } from 'zod'

const thumbnail = defineJob({
  name: 'thumbnail',
  input: z.object({ url: z.string(), width: z.coerce.number().default(100) }),
  handler: async (payload, ctx) => {
    const width: number = payload.width
    ctx.progress(0.5, payload.url)
    return { width, aborted: ctx.signal.aborted }
  },
})
const plain = defineJob({ name: 'plain', handler: ({ id }: { id: number }) => id })

export async function use(): Promise<Result> {
  const service = new WorkerService({ jobs: [thumbnail, plain], queue: memoryQueue(), clock: new FakeClock() })
  const handler = createHandler(service, { authorize: ({ action }) => action === 'read' })
  const off: () => void = service.on('job:completed', (event) => event.jobId)
  const { id } = await service.submitJob(thumbnail({ url: 'https://example.com' }), { priority: 'high' })
  await service.submitJob({ type: 'batch_crawl', urls: ['https://example.com'], options: { concurrency: 2 } })
  const job: Job | null = await service.getJob(id)
  const answer: Response = await handler.fetch(new Request('http://localhost/workers/health'))
  const text: string = extractDocument('<p>text', { url: 'https://example.com' }).text
  const names: string[] = queueContract.map((one) => one.name)
  if (isRiptideError(job) && job.code === 'TIMEOUT') off()
  void [answer, text, names]
  return service.waitForJob(id, { timeoutMs: 5 })
}

export function misuse(service: WorkerService): void {
  // @ts-expect-error a payload must fit the schema
  thumbnail({ url: 5 })
  // @ts-expect-error a payload must fit the handler
  plain({ id: 'one' })
  // @ts-expect-error there is no such option
  new WorkerService({ worker: { count: 4 } })
  // @ts-expect-error there is no such event
  service.on('job:done', () => undefined)
  // @ts-expect-error there is no such priority
  void service.submitJob(plain({ id: 1 }), { priority: 'urgent' })
}
`

/** Type-checks the program once in each of the folders, and answers with what the compiler says. */
async function check(resolution: 'nodenext' | 'bundler', types: readonly string[]): Promise<string> {
  const folder = join(app.folder, resolution)
  for (const type of types) {
    mkdirSync(join(folder, type), { recursive: true })
    writeFileSync(join(folder, type, 'package.json'), JSON.stringify({ type }))
    writeFileSync(join(folder, type, 'program.ts'), program)
  }
  const compilerOptions = {
    strict: true,
    exactOptionalPropertyTypes: true,
    noEmit: true,
    target: 'es2022',
    lib: ['es2023'],
    types: ['node'],
    typeRoots: [join(app.folder, 'node_modules/@types')],
    module: resolution === 'bundler' ? 'preserve' : resolution,
    moduleResolution: resolution,
  }
  const files = types.map((type) => `${type}/program.ts`)
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files }))
  const tsc = join(root, 'node_modules/typescript/bin/tsc')
  try {
    return (await run(process.execPath, [tsc, '--project', folder])).stdout
  } catch (error) {
    return (error as { stdout: string }).stdout || String(error)
  }
}

describe('the types', { timeout: 120_000 }, () => {
  test('hold in ES and CommonJS modules of Node', async () => {
    expect(await check('nodenext', ['module', 'commonjs'])).toBe('')
  })

  test('hold for a bundler', async () => {
    expect(await check('bundler', ['module'])).toBe('')
  })
})
