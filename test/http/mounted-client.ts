import { afterAll, beforeAll, expect } from 'vitest'
import { RiptideError } from '../../src/core/errors.js'
import { silentLogger } from '../../src/core/logger.js'
import { createHandler } from '../../src/http/index.js'
import { WorkerService, defineJob } from '../../src/index.js'
import type { Mount, Mounted } from './mounts.js'

export type Answer = Record<string, unknown>

/** A service that runs, mounted somewhere, for the time of the `describe` that makes this, and what asks it. */
export class MountedClient {
  readonly service = new WorkerService({ jobs: [echo, waits], logger: silentLogger })
  /** What `authorize` was asked. */
  seen: string[] = []
  /** Makes `authorize` deny with a Response. */
  denies = false
  #app: Mounted | undefined

  constructor(
    readonly mount: Mount,
    readonly prefix: string,
  ) {
    beforeAll(async () => {
      await this.service.start()
      this.#app = await mount.open(this.#handler(), prefix)
    })
    afterAll(async () => {
      await this.#app?.close()
      await this.service.stop({ graceMs: 100 })
    })
  }

  /** Where it listens; undefined when it does not. */
  get port(): number | undefined {
    return this.#app?.port
  }

  /** A request to the app, its prefix not added. */
  request(path: string, init?: RequestInit): Promise<Response> {
    if (!this.#app) throw new Error('the app is not open')
    return this.#app.request(path, init)
  }

  /** The JSON that a path is answered with. */
  readonly get = async (path: string, status = 200): Promise<Answer> => {
    const response = await this.request(`${this.prefix}${path}`)
    expect(response.status).toBe(status)
    return (await response.json()) as Answer
  }

  /** Sends JSON, or the text that is given in its place. */
  readonly send = (
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Response> =>
    this.request(`${this.prefix}${path}`, {
      method,
      headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })

  /** Submits a job, and answers its id. */
  readonly submit = async (jobType: Answer, more: Answer = {}): Promise<string> => {
    const response = await this.send('POST', '/workers/jobs', { job_type: jobType, ...more })
    expect(response.status).toBe(200)
    return String(((await response.json()) as Answer)['job_id'])
  }

  #handler(): ReturnType<typeof createHandler> {
    return createHandler(this.service, {
      logger: silentLogger,
      authorize: ({ action, route }) => {
        this.seen.push(`${action} ${route}`)
        const headers = { 'www-authenticate': 'Bearer' }
        return this.denies ? new Response('who are you?', { status: 401, headers }) : true
      },
    })
  }
}

/** A job that the app defined. */
export function custom(name: string, payload: unknown = null): Answer {
  return { type: 'custom', job_name: name, payload }
}

/** That a response is the problem with this code. */
export async function expectProblem(response: Response, status: number, error: string): Promise<void> {
  expect(response.status).toBe(status)
  expect(response.headers.get('content-type')).toBe('application/problem+json')
  const problem = (await response.json()) as Answer
  expect(problem).toMatchObject({ type: 'about:blank', status, error, message: problem['detail'] })
}

// -------------------------------------------------------------------------------------------------------------------

const echo = defineJob({ name: 'echo', handler: (payload: unknown) => payload })
const waits = defineJob({
  name: 'waits',
  retry: { maxAttempts: 1 },
  handler: (_: unknown, { signal }) =>
    new Promise((_resolve, reject) => {
      signal.addEventListener('abort', () => reject(new RiptideError('ABORTED', 'aborted')), { once: true })
    }),
})
