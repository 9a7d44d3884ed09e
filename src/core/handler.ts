import { RiptideError, describe } from './errors.js'
import type { Job } from './job.js'
import type { CustomBackoff, RetryPolicy } from './retry.js'
import type { StandardSchema } from './standard-schema.js'

/** What a handler gets beside its payload. */
export interface JobContext {
  /** The job as it was claimed. */
  readonly job: Job
  /** The run this is, from 1. */
  readonly attempt: number
  /** Grows with every claim of this job: give it to systems that can refuse an older one. A decimal number as a string. */
  readonly fence: string
  /** Aborts on cancel, timeout, a lost lease and shutdown; its reason is a RiptideError with that code. */
  readonly signal: AbortSignal
  /** Says how far the job is, 0 to 1; kept with the job, sent along at most a few times a second. */
  progress(value: number, note?: string): void
  /** Keeps a line with the job: the last 100, of at most 1,000 characters each. */
  log(line: string): void
  /** Not built yet: always rejects with NOT_SUPPORTED. */
  step<T>(key: string, run: () => T | Promise<T>): Promise<T>
}

/**
 * Runs a job. It may run twice (a crash, a lost lease), so it should be safe to repeat; it should end soon when
 * `ctx.signal` aborts. What it returns is the result, as JSON.
 */
export type Handler<Payload, Output> = (payload: Payload, ctx: JobContext) => Output | Promise<Output>

export interface JobOptions<Input, Payload, Output> {
  /** `[A-Za-z0-9_.~-]{1,200}`, and not the name of a built-in type. */
  readonly name: string
  /** Checked at submit and again before each run; what it outputs is what the handler gets. */
  readonly input?: StandardSchema<Input, Payload> | undefined
  /** Overrides the service's policy; `delay` replaces its backoff with a function of yours. */
  readonly retry?: (Partial<RetryPolicy> & { readonly delay?: CustomBackoff }) | undefined
  /** Longest run in ms. @default the service's `workers.jobTimeoutMs` */
  readonly timeoutMs?: number | undefined
  readonly handler: Handler<Payload, Output>
}

/** What is submitted: a type and a payload. */
export interface JobSpec<Payload = unknown> {
  readonly type: string
  readonly payload: Payload
}

/** A kind of job: call it with a payload to get what `submitJob` takes. */
export interface JobDefinition<Input = unknown, Payload = Input, Output = unknown> {
  (payload: Input): JobSpec<Input>
  readonly jobName: string
  readonly definition: JobOptions<Input, Payload, Output>
}

/** A definition of any payload, as a registry holds it. */
// The handler is a method here on purpose: its parameter is then compared both ways, so a registry may hold them all.
export interface AnyJobDefinition {
  readonly jobName: string
  readonly definition: {
    readonly name: string
    readonly input?: StandardSchema | undefined
    readonly retry?: (Partial<RetryPolicy> & { readonly delay?: CustomBackoff }) | undefined
    readonly timeoutMs?: number | undefined
    handler(payload: unknown, ctx: JobContext): unknown
  }
}

const namePattern = /^[A-Za-z0-9_.~-]{1,200}$/

/**
 * Makes a kind of job from a name and a handler.
 * @example
 * const thumbnail = defineJob({ name: 'thumbnail', handler: async ({ url }: { url: string }, ctx) => resize(url, ctx.signal) })
 * await service.submitJob(thumbnail({ url }))
 */
export function defineJob<Input, Payload, Output>(
  options: JobOptions<Input, Payload, Output> & { readonly input: StandardSchema<Input, Payload> },
): JobDefinition<Input, Payload, Output>
export function defineJob<Payload, Output>(
  options: JobOptions<Payload, Payload, Output> & { readonly input?: undefined },
): JobDefinition<Payload, Payload, Output>
export function defineJob<Input, Payload, Output>(
  options: JobOptions<Input, Payload, Output>,
): JobDefinition<Input, Payload, Output> {
  if (typeof options !== 'object' || options === null) {
    throw new RiptideError(
      'CONFIG_INVALID',
      `defineJob takes an object with a name and a handler; got ${describe(options)}`,
    )
  }
  if (typeof options.name !== 'string' || !namePattern.test(options.name)) {
    throw new RiptideError(
      'CONFIG_INVALID',
      `the name of a job must match [A-Za-z0-9_.~-]{1,200}; got ${describe(options.name)}`,
    )
  }
  if (typeof options.handler !== 'function') {
    throw new RiptideError(
      'CONFIG_INVALID',
      `the handler of job "${options.name}" must be a function; got ${describe(options.handler)}`,
    )
  }
  const { name } = options
  const make = (payload: Input): JobSpec<Input> => ({ type: name, payload })
  return Object.freeze(Object.assign(make, { jobName: name, definition: Object.freeze({ ...options }) }))
}
