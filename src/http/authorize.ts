import type { Clock } from '../core/clock.js'
import { RiptideError } from '../core/errors.js'
import { toJobError } from '../core/job-error.js'
import type { Logger } from '../core/logger.js'

/** What a request wants: to look, to submit jobs, or to change what stands (cancel, retry, pause, schedules, templates, webhooks). */
export type Action = 'read' | 'submit' | 'manage'

/** What `authorize` decides on. */
export interface AuthorizeContext {
  readonly action: Action
  /** The route as it is documented, such as `/workers/jobs/:job_id`: the same for every prefix. */
  readonly route: string
  readonly method: string
  /** The path as the client sent it, without the query. */
  readonly path: string
  readonly headers: { get(name: string): string | null }
  /** On routes about one job. */
  readonly jobId?: string
  /** On routes about one schedule. */
  readonly scheduleId?: string
  /** On routes about one template. */
  readonly templateName?: string
  /** On routes about one webhook. */
  readonly webhookId?: string
  /** The request of the server below: a `Request`, or the `req` of node:http, Express, Fastify or Koa. */
  readonly raw: unknown
}

/**
 * Decides whether a request may go on. Only the literal `true` allows; a `Response` denies with itself; anything else, a
 * throw or a rejection denies with 403; no answer in time with 503.
 */
export type Authorize = (context: AuthorizeContext) => unknown

export interface AuthorizeSettings {
  readonly authorize: Authorize | undefined
  readonly timeoutMs: number
  readonly clock: Clock
  readonly logger: Logger
}

/** Asks `authorize`: nothing when it allows, the `Response` it denies with, or a rejection. */
export async function askAuthorize(
  context: AuthorizeContext,
  settings: AuthorizeSettings,
): Promise<Response | undefined> {
  const { authorize, logger } = settings
  if (!authorize) return undefined
  try {
    const answer = await inTime(Promise.resolve(context).then(authorize), settings)
    if (answer === true) return undefined
    if (isResponse(answer) && !answer.bodyUsed) return answer
  } catch (thrown) {
    if (thrown instanceof Late)
      throw new RiptideError('AUTHORIZE_TIMEOUT', 'the decision took too long', { retryable: true })
    logger.error('authorize threw, so the request was denied', {
      route: context.route,
      error: toJobError(thrown),
    })
  }
  throw new RiptideError('FORBIDDEN', 'this request is not allowed')
}

// -------------------------------------------------------------------------------------------------------------------

class Late extends Error {}

function inTime(answer: Promise<unknown>, { clock, timeoutMs }: AuthorizeSettings): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const cancel = clock.after(timeoutMs, () => reject(new Late()))
    void answer.then(resolve, reject).finally(cancel)
  })
}

/** Told by its shape: a host may use the `Response` of another copy of undici. */
function isResponse(value: unknown): value is Response {
  if (typeof value !== 'object' || value === null) return false
  const { status, headers, arrayBuffer } = value as Partial<Record<keyof Response, unknown>>
  return (
    typeof status === 'number' &&
    typeof arrayBuffer === 'function' &&
    typeof headers === 'object' &&
    headers !== null
  )
}
