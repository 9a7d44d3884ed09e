import type { Fields } from '../core/check.js'
import { RiptideError, isRiptideError } from '../core/errors.js'
import { sortedJson } from '../core/json.js'
import type { TemplateRef } from '../core/job.js'
import type { FollowedTemplate, ScheduleDefinition, SlotJob } from '../core/schedule.js'
import type { TemplateSpec } from '../control-api.js'
import type { TemplatesPart } from '../control-parts.js'
import { specOf } from './spec.js'
import { type SubmissionRules, below, bodyKeys, draftBody, settingsIn } from './submission.js'
import { isTemplateSpec, madeFault, rendered, templateSpecOf } from './template-spec.js'
import { readTerms, sharedTermKeys } from './terms.js'

/** The fields of a schedule that are as those of a submission. */
export const jobKeys = [...bodyKeys, ...sharedTermKeys]

export interface ScheduledBody {
  readonly job: SlotJob
  /** Only of a schedule that follows the newest version. */
  readonly template?: FollowedTemplate
  /** Only of one that keeps the version which was the newest. */
  readonly pinned?: FollowedTemplate
}

/** The job that the slots of a schedule make, from the fields of the schedule; `standing` looks for what stands by its name. */
export async function scheduledBody(
  fields: Fields,
  rules: SubmissionRules,
  templates: TemplatesPart,
  standing: () => Promise<ScheduleDefinition | undefined>,
): Promise<ScheduledBody> {
  const given = pick(fields, jobKeys)
  try {
    if (!isTemplateSpec(fields['job'])) return { job: await bodyOf(fields['job'], given, rules) }
    const spec = templateSpecOf(fields['job'], rules.maxPayloadBytes)
    const said: FollowedTemplate = { name: spec.template, parameters: spec.parameters ?? {}, given }
    const isPinned = spec.version === undefined
    const made = isPinned ? await standing() : undefined
    if (made?.pinned && sortedJson(made.pinned) === sortedJson(said))
      return { job: bodyIn(made), pinned: said }
    const job = await bodyOfTemplate(spec, given, rules, templates)
    if (isPinned) return { job, pinned: said }
    return spec.version === 'latest' ? { job, template: said } : { job }
  } catch (thrown) {
    throw isOwnField(thrown) ? thrown : below('/job', thrown)
  }
}

/** What a slot makes now: of a schedule that follows a template, what the newest version of that makes. */
export async function slotJobOf(
  definition: ScheduleDefinition,
  rules: SubmissionRules,
  templates: TemplatesPart,
): Promise<SlotJob> {
  if (definition.template === undefined) return definition
  const { name, parameters, given } = definition.template
  const spec = { type: 'template', template: name, version: 'latest', parameters } as const
  return bodyOfTemplate(spec, given, rules, templates)
}

// -------------------------------------------------------------------------------------------------------------------

/** What a template may say of a submission, and a schedule has no use for. */
const foreignKeys = ['delayMs', 'runAt', 'dedupeKey', 'dependsOn', 'id']

/** What the slots of a schedule make already. */
function bodyIn({ type, payload, options, maxAttempts, priority, terms }: ScheduleDefinition): SlotJob {
  const body = { type, payload, options, maxAttempts, priority }
  return terms === undefined ? body : { ...body, terms }
}

async function bodyOfTemplate(
  spec: TemplateSpec,
  given: Fields,
  rules: SubmissionRules,
  templates: TemplatesPart,
): Promise<SlotJob> {
  const made = await rendered(spec, given, templates)
  const foreign = foreignKeys.find((key) => made.options[key as keyof typeof made.options] !== undefined)
  if (foreign !== undefined) {
    const text = `the template "${spec.template}" says ${foreign}, which the jobs of a schedule cannot have`
    throw new RiptideError('NOT_SUPPORTED', text, { path: '/template' })
  }
  try {
    return await bodyOf(made.spec, { ...made.options }, rules, made.template)
  } catch (thrown) {
    throw madeFault(spec.template, given, thrown)
  }
}

async function bodyOf(
  spec: unknown,
  given: Fields,
  rules: SubmissionRules,
  template?: TemplateRef,
): Promise<SlotJob> {
  const own = readTerms(given, undefined, rules.webhookOf)
  const draft = draftBody(specOf(spec), given, rules, settingsIn(own, template))
  await draft.checked
  return own.terms === undefined ? draft.value : { ...draft.value, terms: own.terms }
}

function pick(fields: Fields, keys: readonly string[]): Fields {
  return Object.fromEntries(keys.filter((key) => fields[key] !== undefined).map((key) => [key, fields[key]]))
}

const ownField = new RegExp(`^/(${jobKeys.join('|')})(/|$)`)

/** Fields of the schedule itself, which are checked as those of a submission are, keep their own pointers. */
function isOwnField(thrown: unknown): boolean {
  return isRiptideError(thrown) && thrown.path !== undefined && ownField.test(thrown.path)
}
