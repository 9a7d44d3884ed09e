import { afterAll, beforeAll } from 'vitest'
import { silentLogger } from '../../src/core/logger.js'
import { createHandler } from '../../src/http/index.js'
import { WorkerService, defineJob } from '../../src/index.js'

export type Fields = Record<string, unknown>

/** A service with two jobs, `echo` and `fails`, that runs for the time of the file that makes this, and what its routes answer. */
export class AskedService {
  readonly service = new WorkerService({
    jobs: [
      defineJob({ name: 'echo', handler: (payload: unknown) => payload }),
      defineJob({
        name: 'fails',
        retry: { maxAttempts: 1 },
        handler: () => {
          throw new Error('it does not work')
        },
      }),
    ],
    logger: silentLogger,
  })
  readonly #handler = createHandler(this.service, { authorize: () => true, logger: silentLogger })

  constructor() {
    beforeAll(() => this.service.start())
    afterAll(() => this.service.stop())
  }

  /** The body of an answer; its status alone where there is none. */
  readonly ask = async (method: string, path: string, body?: unknown): Promise<Fields> => {
    const sent = body === undefined ? {} : { body: JSON.stringify(body) }
    const headers = { 'content-type': 'application/json' }
    const response = await this.#handler.fetch(
      new Request(`http://app.test/workers${path}`, { method, headers, ...sent }),
    )
    const text = await response.text()
    return text === '' ? { status: response.status } : (JSON.parse(text) as Fields)
  }
}

/** A job that the app defined. */
export function custom(job_name: string, payload: unknown = null): Fields {
  return { type: 'custom', job_name, payload }
}
