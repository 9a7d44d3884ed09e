import { idPattern } from '../core/check.js'
import { internalPrefix } from '../core/job-terms.js'
import type { NewJob, NewSchedule } from '../core/queue-adapter.js'
import type { SlotJob, ScheduleDefinition } from '../core/schedule.js'
import type { TemplateSpec } from '../control-api.js'
import type { TemplateCall } from '../control-parts.js'
import type { SubmitOptions } from '../service-api.js'
import type { Hub } from './hub.js'
import { type StandingSchedule, scheduleFrom } from './schedule-book.js'
import { slotJobOf } from './schedule-job.js'
import { StandingJobs } from './standing.js'
import { type Draft, type SubmissionRules, digestIn, draftJob, readable } from './submission.js'
import {
  isTemplateSpec,
  madeFault,
  notAtOnce,
  rendered,
  saidBy,
  saidIn,
  templateSpecOf,
} from './template-spec.js'

/** How long the names that other workers know are remembered. */
const namesMs = 2_000
/** The jobs by template of one call have at most so many times the bytes of the largest payload. */
const mostPayloads = 4

/** A job for the store, and what is still to be asked about it. */
export type JobDraft = Draft<NewJob>

/** What the drafts of one call share. */
export interface DraftCall {
  readonly templates: TemplateCall
  /** Digest of the request that they are part of, if they are of one that may come twice. */
  readonly within: string | undefined
}

/** Makes jobs and schedules for the store from what users submit, by the rules of one service. */
export class Drafter {
  readonly #hub: Hub
  readonly #rules: SubmissionRules
  readonly #standing: StandingJobs
  #names: { readonly list: readonly string[]; readonly at: number } | undefined

  constructor(hub: Hub) {
    this.#hub = hub
    this.#standing = new StandingJobs(hub)
    const { clock, workers, maxPayloadBytes } = hub.options
    this.#rules = {
      registry: hub.registry,
      jobTimeoutMs: workers.jobTimeoutMs,
      maxPayloadBytes,
      clock,
      webhookOf: (given, path) => hub.builtIn.webhooks.targetOf(given, path),
      namesElsewhere: () => this.#namesElsewhere(),
    }
  }

  /** A call in which jobs are drafted together; `within` is the digest of the request that they are part of. */
  newCall(within?: string): DraftCall {
    const mostBytes = mostPayloads * this.#hub.options.maxPayloadBytes
    return { templates: { mostBytes, madeBytes: 0, read: new Map() }, within }
  }

  /** At once, but for a job by template, which the store is asked for. What the caller changes afterwards changes nothing. */
  draft(spec: unknown, options: SubmitOptions, call?: DraftCall): JobDraft | Promise<JobDraft> {
    const now = this.#hub.options.clock.now()
    const within = call?.within
    if (!readable(() => isTemplateSpec(spec))) return draftJob(spec, options, now, this.#rules, { within })
    const asked = readable(() => templateSpecOf(spec, this.#rules.maxPayloadBytes))
    const given = readable(() => saidIn(options))
    const drafting = this.#draftBy(asked, given, now, call)
    // Whoever drafts many may give up before it looks at this one.
    drafting.catch(() => undefined)
    return drafting
  }

  /** Nothing is waited for: NOT_SUPPORTED for a job by template. */
  draftAtOnce(spec: unknown, options: SubmitOptions): NewJob {
    if (readable(() => isTemplateSpec(spec))) throw notAtOnce()
    const rules = { ...this.#rules, atOnce: true }
    return draftJob(spec, options, this.#hub.options.clock.now(), rules).value
  }

  /** `look` finds the schedule that stands by its name. */
  schedule(given: unknown, look: StandingSchedule): Promise<NewSchedule> {
    const { builtIn, storeTime } = this.#hub
    return scheduleFrom(given, storeTime.now(), this.#rules, builtIn.templates, look)
  }

  /** What a slot of a schedule makes now. */
  slotJob(definition: ScheduleDefinition): Promise<SlotJob> {
    return slotJobOf(definition, this.#rules, this.#hub.builtIn.templates)
  }

  /** One that stands already needs no template: that may be another by now, or gone. */
  async #draftBy(
    asked: TemplateSpec,
    given: SubmitOptions,
    now: number,
    call: DraftCall | undefined,
  ): Promise<JobDraft> {
    const within = call?.within
    const said = given.id === undefined ? undefined : saidBy(asked, given)
    const standIn = await this.#standInFor(given.id, said, within)
    if (standIn) return { value: standIn, checked: undefined }
    const made = await rendered(asked, given, this.#hub.builtIn.templates, call?.templates)
    const origin = { template: made.template, said, within }
    return inMade(asked.template, given, () => draftJob(made.spec, made.options, now, this.#rules, origin))
  }

  async #standInFor(id: unknown, said: string | undefined, within: string | undefined) {
    if (said === undefined || typeof id !== 'string' || !idPattern.test(id)) return undefined
    return this.#standing.standInFor({ id, digest: digestIn(within, said) })
  }

  async #namesElsewhere(): Promise<readonly string[]> {
    const now = this.#hub.options.clock.monotonic()
    if (!this.#names || now - this.#names.at > namesMs) {
      const instances = await this.#hub.ask((store) => store.instances())
      const builtIn = this.#hub.builtIn.definitions.map((definition) => definition.jobName)
      const list = instances.filter((one) => one.healthy).flatMap((one) => one.types)
      const isCustom = (name: string): boolean => !builtIn.includes(name) && !name.startsWith(internalPrefix)
      this.#names = { list: list.filter(isCustom), at: now }
    }
    return this.#names.list
  }
}

// -------------------------------------------------------------------------------------------------------------------

/** The draft of a job that a template makes; what is wrong with it is told at the parameters. */
function inMade(template: string, options: SubmitOptions, draft: () => JobDraft): JobDraft {
  const refuse = (thrown: unknown): never => {
    throw madeFault(template, { ...options }, thrown)
  }
  try {
    const { value, checked } = draft()
    const told = checked?.catch(refuse)
    told?.catch(() => undefined)
    return { value, checked: told }
  } catch (thrown) {
    return refuse(thrown)
  }
}
