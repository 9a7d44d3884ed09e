import {
  type AnyBatch,
  type Batch,
  type BatchHandler,
  type BatchOptions,
  batchOf,
  entriesOf,
  resultOfEntry,
} from './batch.js'
import { asObject, idPattern, onlyKeys } from './check.js'
import { RiptideError, describe } from './errors.js'
import type { Job, Result } from './job.js'
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
  /**
   * Runs a part of the job once: what it returns is kept with the job as JSON, and a later run of this job gets that without
   * running it again. The key, 1 to 200 characters, tells the steps of a job apart. What it throws is not kept. It may still
   * run twice, when the worker is lost before its result is kept. STEP_INVALID, RESULT_TOO_LARGE beyond 256 KiB, LEASE_LOST.
   */
  step<T>(key: string, run: () => T | Promise<T>): Promise<T>
  /** How the jobs that this one depends on have ended, by id; empty for a job that depends on none. */
  dependencies(): Promise<Readonly<Record<string, Result>>>
}

/**
 * Runs a job. It may run twice (a crash, a lost lease), so it should be safe to repeat; it should end soon when
 * `ctx.signal` aborts. What it returns is the result, as JSON.
 */
export type Handler<Payload, Output> = (payload: Payload, ctx: JobContext) => Output | Promise<Output>

/** What every kind of job says of itself, beside its handler. */
export interface JobTraits<Input, Payload> {
  /** `[A-Za-z0-9_.~-]{1,200}`, and not the name of a built-in type. */
  readonly name: string
  /** Checked at submit and again before each run; what it outputs is what the handler gets. */
  readonly input?: StandardSchema<Input, Payload> | undefined
  /** Overrides the service's policy; `delay` replaces its backoff with a function of yours. */
  readonly retry?: (Partial<RetryPolicy> & { readonly delay?: CustomBackoff }) | undefined
  /** Longest run in ms. @default the service's `workers.jobTimeoutMs` */
  readonly timeoutMs?: number | undefined
}

export interface JobOptions<Input, Payload, Output> extends JobTraits<Input, Payload> {
  readonly batch?: undefined
  readonly handler: Handler<Payload, Output>
}

/** A kind of job whose handler gets many at once, each still a job of its own. */
export interface BatchJobOptions<Input, Payload, Output> extends JobTraits<Input, Payload> {
  readonly batch: BatchOptions
  readonly handler: BatchHandler<Payload, Output>
}

/** Carries the type of a result from a job's definition to whoever waits for it; there is no such property. */
declare const outputOf: unique symbol

/** What is submitted: a type and a payload. */
export interface JobSpec<Payload = unknown, Output = unknown> {
  readonly type: string
  readonly payload: Payload
  readonly [outputOf]?: Output
}

/** The id of a job, which knows the type of that job's result. */
export type JobId<Output = unknown> = string & { readonly [outputOf]?: Output }

/** A kind of job: call it with a payload, where it takes one, to get what `submitJob` takes. */
export interface JobDefinition<Input = unknown, Payload = Input, Output = unknown> {
  (
    ...payload: undefined extends Input ? [payload?: Input] : [payload: Input]
  ): JobSpec<Input, Awaited<Output>>
  readonly jobName: string
  readonly definition: JobTraits<Input, Payload> & {
    /** Of a kind whose jobs run in batches: a batch of one. */
    readonly handler: Handler<Payload, Output>
    readonly batch?: Batch<Payload, Output> | undefined
  }
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
    readonly batch?: AnyBatch | undefined
    /** Slots that are set aside for it, of the library's own kinds: it takes none from other jobs, nor waits for one. */
    readonly ownSlots?: number | undefined
  }
}

const optionKeys = ['name', 'input', 'retry', 'timeoutMs', 'batch', 'handler']

/**
 * Makes a kind of job from a name and a handler.
 * @example
 * const thumbnail = defineJob({ name: 'thumbnail', handler: async ({ url }: { url: string }, ctx) => resize(url, ctx.signal) })
 * await service.submitJob(thumbnail({ url }))
 */
export function defineJob<Input, Payload, Output>(
  options: BatchJobOptions<Input, Payload, Output> & { readonly input: StandardSchema<Input, Payload> },
): JobDefinition<Input, Payload, Exclude<Output, Error>>
export function defineJob<Payload, Output>(
  options: BatchJobOptions<Payload, Payload, Output> & { readonly input?: undefined },
): JobDefinition<Payload, Payload, Exclude<Output, Error>>
export function defineJob<Input, Payload, Output>(
  options: JobOptions<Input, Payload, Output> & { readonly input: StandardSchema<Input, Payload> },
): JobDefinition<Input, Payload, Output>
export function defineJob<Payload, Output>(
  options: JobOptions<Payload, Payload, Output> & { readonly input?: undefined },
): JobDefinition<Payload, Payload, Output>
export function defineJob<Input, Payload, Output>(
  options: JobOptions<Input, Payload, Output> | BatchJobOptions<Input, Payload, Output>,
): JobDefinition<Input, Payload, Output> {
  checkJob(options)
  const { name } = options
  const make = (payload?: Input): JobSpec<Input, Awaited<Output>> => ({
    type: name,
    payload: payload as Input,
  })
  return Object.freeze(
    Object.assign(make, { jobName: name, definition: Object.freeze(definitionOf(options)) }),
  )
}

function definitionOf<Input, Payload, Output>(
  options: JobOptions<Input, Payload, Output> | BatchJobOptions<Input, Payload, Output>,
): JobDefinition<Input, Payload, Output>['definition'] {
  if (options.batch === undefined) return { ...options }
  const batch = batchOf(options.batch, options.handler)
  const alone = async (payload: Payload, ctx: JobContext): Promise<Output> => {
    const [entry] = await entriesOf(batch, [payload], [ctx])
    return (await resultOfEntry(entry)) as Output
  }
  return { ...options, batch, handler: alone }
}

function checkJob(options: unknown): void {
  const code = 'CONFIG_INVALID'
  if (typeof options !== 'object' || options === null)
    throw new RiptideError(
      code,
      `defineJob takes an object with a name and a handler; got ${describe(options)}`,
    )
  const { name, handler, input } = asObject(options, { path: '', code })
  if (typeof name !== 'string' || !idPattern.test(name))
    throw new RiptideError(code, `the name of a job must match [A-Za-z0-9_.~-]{1,200}; got ${describe(name)}`)
  onlyKeys(asObject(options, { path: '', code }), optionKeys, { path: '', code })
  if (typeof handler !== 'function')
    throw new RiptideError(code, `the handler of job "${name}" must be a function; got ${describe(handler)}`)
  if (input !== undefined && !isSchema(input))
    throw new RiptideError(
      code,
      `the input of job "${name}" must be a Standard Schema (zod, valibot, arktype ...); got ${describe(input)}`,
    )
}

/** Some libraries make their schemas functions. */
function isSchema(value: unknown): boolean {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return false
  const standard: unknown = (value as Partial<StandardSchema>)['~standard']
  return typeof (standard as Partial<StandardSchema['~standard']> | undefined)?.validate === 'function'
}
