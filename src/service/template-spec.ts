import { type Fields, asId, asObject, integerIn, onlyKeys } from '../core/check.js'
import { RiptideError, isRiptideError } from '../core/errors.js'
import { sortedJson, toJson } from '../core/json.js'
import type { TemplateRef } from '../core/job.js'
import type { TemplateSpec } from '../control-api.js'
import type { TemplateCall, TemplatesPart } from '../control-parts.js'
import type { SubmitOptions, SubmitSpec } from '../service-api.js'

/** A submission by template, with what the template makes of it. */
export interface Rendered {
  readonly spec: SubmitSpec
  /** What the submission says, and beside it what the template says. */
  readonly options: SubmitOptions
  readonly template: TemplateRef
}

/** Whether this is a job by template, whatever else is wrong with it. */
export function isTemplateSpec(spec: unknown): boolean {
  return typeof spec === 'object' && spec !== null && (spec as { type?: unknown }).type === 'template'
}

/** The fields of a job by template, checked; nothing of it is the caller's own object. */
export function templateSpecOf(given: unknown, maxBytes: number): TemplateSpec {
  const spec = asObject(given, { path: '' })
  onlyKeys(spec, ['type', 'template', 'version', 'parameters'], { path: '' })
  const { version, parameters } = spec
  const text =
    parameters === undefined ? '{}' : toJson(asObject(parameters, at('/parameters')), '/parameters', maxBytes)
  return {
    type: 'template',
    template: asId(spec['template'], { ...at('/template'), code: 'NAME_INVALID' }),
    ...(version === undefined ? {} : { version: versionOf(version) }),
    parameters: JSON.parse(text) as Readonly<Record<string, unknown>>,
  }
}

/** The job that a template makes. What a submission says itself goes before what the template says. */
export async function rendered(
  spec: TemplateSpec,
  options: SubmitOptions,
  templates: Pick<TemplatesPart, 'resolve'>,
  call?: TemplateCall,
): Promise<Rendered> {
  const given = saidIn(options)
  const made = await templates.resolve(spec, call)
  const template = { name: spec.template, version: made.version }
  return { spec: made.spec, options: { ...besides(made.options, given), ...given }, template }
}

/**
 * What a submission by template says, as text: whatever becomes of the template, the same submission says the same. Undefined for
 * options that cannot be written down, which no job can have.
 */
export function saidBy(
  { template, version, parameters }: TemplateSpec,
  options: SubmitOptions,
): string | undefined {
  try {
    return sortedJson(['template', template, version ?? null, parameters ?? {}, saidIn(options)])
  } catch {
    return undefined
  }
}

/**
 * The error of a job that a template makes, at the parameters of the submission: the fields of the job itself were not sent. What
 * the submission says beside the job keeps its place.
 */
export function madeFault(template: string, options: Fields, thrown: unknown): unknown {
  if (!isRiptideError(thrown)) return thrown
  const { code, cause, retryable, facts, path = '' } = thrown
  const [, first = ''] = path.split('/')
  if (options[first] !== undefined) return thrown
  const message = `${thrown.message}; so it is in the job that the template "${template}" makes`
  return new RiptideError(code, message, { path: '/parameters', cause, retryable, facts })
}

/** A copy of options, without what is there and says nothing. */
export function saidIn(options: SubmitOptions): SubmitOptions {
  const fields = asObject(options, { path: '', code: 'ARGUMENT_INVALID' })
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))
}

/** The refusal of a template where nothing can be waited for. */
export function notAtOnce(): RiptideError {
  const text = 'a template is read from the store, and submitIn waits for nothing; submit what it makes'
  return new RiptideError('NOT_SUPPORTED', text, { path: '/type' })
}

// -------------------------------------------------------------------------------------------------------------------

/** Of the two ways to say when, a submission that gives one replaces both. */
function besides(options: SubmitOptions, given: SubmitOptions): SubmitOptions {
  if (given.delayMs === undefined && given.runAt === undefined) return options
  const { delayMs, runAt, ...rest } = options
  return rest
}

function versionOf(version: unknown): number | 'latest' {
  if (version === 'latest') return version
  return integerIn(version, 1, Number.MAX_SAFE_INTEGER, at('/version'))
}

function at(path: string): { readonly path: string } {
  return { path }
}
