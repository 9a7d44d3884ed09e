import { integerIn, wrong } from '../core/check.js'
import { RiptideError, describe, isRiptideError } from '../core/errors.js'
import type { AnyJobDefinition } from '../core/handler.js'
import { longestTimeoutMs, writeSettings } from '../core/job-view.js'
import { type RetryPolicy, defaultRetry } from '../core/retry.js'
import { resolveRetry } from '../core/retry-options.js'
import { internalPrefix } from '../core/job-terms.js'
import type { TemplatesPart, WebhooksPart } from '../control-parts.js'

/** What the library brings: kinds of job, templates and webhooks, and how to let go of what they hold. */
export interface BuiltIn {
  readonly definitions: readonly AnyJobDefinition[]
  readonly templates: TemplatesPart
  readonly webhooks: WebhooksPart
  close(): Promise<void>
}

/** Types that are not kinds of job: what leads to one, and what the contract names and this version does not do yet. */
const reservedTypes = ['custom', 'template']

export interface KnownJob {
  readonly definition: AnyJobDefinition
  readonly retry: RetryPolicy
  readonly timeoutMs: number
  /** The text of its settings when a submission says nothing of its own. */
  readonly settings: string
}

/** Every kind of job that this service can run, by type. A Map, so that no name reaches a prototype. */
export class Registry {
  readonly #jobs = new Map<string, KnownJob>()
  readonly #custom: string[] = []
  readonly #defaultTimeoutMs: number

  /** The user's definitions, and then our own. */
  constructor(
    custom: readonly AnyJobDefinition[],
    builtIn: readonly AnyJobDefinition[],
    defaultTimeoutMs: number,
  ) {
    this.#defaultTimeoutMs = defaultTimeoutMs
    for (const definition of builtIn) this.#add(definition, '/jobs')
    custom.forEach((definition, i) => {
      const path = `/jobs/${i}`
      if (isReserved(this.#nameOf(definition, path))) throw taken(definition.jobName, path)
      this.#add(definition, path)
      this.#custom.push(definition.jobName)
    })
  }

  /** All of them: what a worker asks the store for. */
  get types(): readonly string[] {
    return [...this.#jobs.keys()]
  }

  /** Those that `defineJob` made. */
  get customNames(): readonly string[] {
    return this.#custom
  }

  find(type: string): KnownJob | undefined {
    return this.#jobs.get(type)
  }

  /** Jobs of that type run in slots set aside for them. */
  hasOwnSlots(type: string): boolean {
    const { batch, ownSlots } = this.#jobs.get(type)?.definition.definition ?? {}
    return batch !== undefined || ownSlots !== undefined
  }

  #add(definition: AnyJobDefinition, path: string): void {
    const name = this.#nameOf(definition, path)
    if (this.#jobs.has(name)) throw taken(name, path)
    const { retry: ownRetry, timeoutMs: ownTimeout } = definition.definition
    const retry = retryOf(ownRetry, `${path}/retry`)
    const at = { path: `${path}/timeoutMs`, code: 'CONFIG_INVALID' } as const
    const timeoutMs =
      ownTimeout === undefined ? this.#defaultTimeoutMs : integerIn(ownTimeout, 1, longestTimeoutMs, at)
    this.#jobs.set(name, {
      definition,
      retry,
      timeoutMs,
      settings: writeSettings({ retry, timeoutMs, metadata: {} }),
    })
  }

  #nameOf(definition: AnyJobDefinition, path: string): string {
    const given: unknown = definition
    const isDefinition = typeof given === 'function' && 'jobName' in given && 'definition' in given
    if (!isDefinition) {
      throw new RiptideError(
        'CONFIG_INVALID',
        `${path} must be what defineJob returns; got ${describe(given)}`,
        { path },
      )
    }
    return definition.jobName
  }
}

function isReserved(name: string): boolean {
  return reservedTypes.includes(name) || name.startsWith(internalPrefix)
}

function taken(name: string, path: string): RiptideError {
  return new RiptideError('CONFIG_INVALID', `${path}: the job name "${name}" is taken; choose another`, {
    path,
  })
}

/** The policy of a kind of job. What is wrong with it is wrong with the configuration. */
function retryOf(given: AnyJobDefinition['definition']['retry'], path: string): RetryPolicy {
  const delay: unknown = given?.delay
  if (delay !== undefined && typeof delay !== 'function')
    throw wrong('CONFIG_INVALID', { path: `${path}/delay` }, 'must be a function', delay)
  try {
    return resolveRetry(given, defaultRetry, path, ['delay'])
  } catch (cause) {
    if (!isRiptideError(cause)) throw cause
    throw new RiptideError('CONFIG_INVALID', cause.message, { path: cause.path ?? path, cause })
  }
}
