import { afterEach } from 'vitest'
import { FakeClock } from '../../src/testing/fake-clock.js'
import { type WorkerServiceOptions, WorkerService, defineJob, memoryQueue } from '../../src/index.js'
import type { AnyJobDefinition, Logger } from '../../src/index.js'

const started: WorkerService[] = []

afterEach(async () => {
  await Promise.all(started.splice(0).map((service) => service.stop({ graceMs: 100 })))
})

/** A service on real time that the test leaves stopped. */
export function newService(options: WorkerServiceOptions = {}): WorkerService {
  const service = new WorkerService({ logger: quiet, ...options })
  started.push(service)
  return service
}

/** A service on a fake clock: `play` lets it run until nothing is due now. */
export function newFakeService(options: WorkerServiceOptions = {}): {
  readonly service: WorkerService
  readonly clock: FakeClock
} {
  const clock = new FakeClock()
  const service = new WorkerService({ logger: quiet, clock, queue: memoryQueue(), ...options })
  return { service, clock }
}

/** Says nothing; a test that looks at the log brings its own. */
export const quiet: Logger = { debug() {}, info() {}, warn() {}, error() {} }

/** Resolves when `check` holds; rejects when it does not within five seconds. */
export async function until(check: () => boolean | Promise<boolean>, withinMs = 5_000): Promise<void> {
  const end = performance.now() + withinMs
  while (!(await check())) {
    if (performance.now() > end) throw new Error(`not within ${withinMs} ms: ${check.toString()}`)
    await new Promise((resolve) => setImmediate(resolve))
  }
}

/** A promise that the test settles. */
export function gate<T = void>(): { readonly opened: Promise<T>; open(value: T): void } {
  let open!: (value: T) => void
  const opened = new Promise<T>((resolve) => (open = resolve))
  return { opened, open }
}

/** A job whose handler is given. */
export function job(
  name: string,
  handler: Parameters<typeof defineJob<unknown, unknown>>[0]['handler'],
): AnyJobDefinition {
  return defineJob({ name, handler })
}
