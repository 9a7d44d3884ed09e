import { type Fields, asObject, onlyKeys } from '../core/check.js'
import { formatInstant, parseInstant } from '../core/instant.js'
import { pointer } from '../core/json.js'
import type { SubmitSpec } from '../service-api.js'
import type { Template, TemplateInput, TemplateParameter, TemplateSpec } from '../control-api.js'
import type { SubmitOptions } from '../service-api.js'
import { field, knownOnly, passed } from './wire-fields.js'
import { optionKeys, optionsIn } from './wire-in.js'
import { jobIn, jobSpecOut } from './wire-job.js'
import { countIn, queryIn } from './wire-query.js'
import { retryOut } from './wire-retry.js'
import { termOptionsOut, termWords } from './wire-terms.js'
import { priorityOut } from './wire-words.js'

const templateTerms = new Map([...termWords].filter(([, inside]) => inside !== 'dependsOn'))
const templateKeys = [
  ...['job_template', 'parameters', 'description'],
  ...optionKeys.filter((key) => key !== 'depends_on'),
]
const parameterKeys = ['type', 'default', 'description']

/** The body of `PUT /workers/templates/:name`. */
export function templateIn(
  name: string,
  body: Fields,
): { readonly wireType: string; readonly template: TemplateInput } {
  knownOnly(body, templateKeys)
  const { wireType, spec } = jobIn(body['job_template'], '/job_template')
  const options = optionsIn(body, '', templateTerms)
  const template: TemplateInput = {
    name,
    job: spec,
    ...(Object.keys(options).length === 0 ? {} : { options }),
    ...field(body, '', 'parameters', (value, path) => ({ parameters: parametersIn(value, path) })),
    ...passed(body, 'description', 'description'),
  }
  return { wireType, template }
}

/** The body of `POST /workers/templates/:name/jobs`: the parameters, and what any submission may say. */
export function templateJobIn(
  name: string,
  body: Fields,
): { readonly spec: TemplateSpec; readonly options: SubmitOptions } {
  knownOnly(body, ['parameters', 'version', 'job_id', ...optionKeys])
  const spec: TemplateSpec = {
    type: 'template',
    template: name,
    ...passed(body, 'version', 'version'),
    ...field(body, '', 'parameters', (value, path) => ({ parameters: asObject(value, { path }) })),
  }
  return { spec, options: { ...optionsIn(body, ''), ...passed(body, 'job_id', 'id') } }
}

/** The query of `GET /workers/templates/:name`: a version, or the newest. */
export function versionIn(query: string): number | undefined {
  const text = queryIn(query, ['version'])['version']
  return countIn(text, 1, Number.MAX_SAFE_INTEGER, { path: '/version', code: 'RANGE' })
}

/** A template; its fields are those that `PUT` takes. */
export function templateOut(template: Template): object {
  return {
    name: template.name,
    version: template.version,
    created_at: formatInstant(template.createdAt),
    description: template.description,
    parameters: template.parameters,
    job_template: jobSpecOut(template.job as SubmitSpec),
    ...optionsOut(template.options),
  }
}

// -------------------------------------------------------------------------------------------------------------------

function parametersIn(value: unknown, path: string): Readonly<Record<string, TemplateParameter>> {
  const given = asObject(value, { path })
  for (const [name, parameter] of Object.entries(given)) {
    const at = pointer(path, name)
    onlyKeys(asObject(parameter, { path: at }), parameterKeys, { path: at })
  }
  return given as Readonly<Record<string, TemplateParameter>>
}

function optionsOut(options: Template['options']): object {
  const { priority, retry, metadata, runAt, delayMs, timeoutMs, ...terms } = options
  return {
    ...(priority === undefined ? {} : { priority: priorityOut(priority) }),
    ...(retry === undefined ? {} : { retry_config: retryOut(retry) }),
    ...(metadata === undefined ? {} : { metadata }),
    ...(runAt === undefined ? {} : { scheduled_at: typeof runAt === 'string' ? runAt : timeOf(runAt) }),
    ...(delayMs === undefined ? {} : { delay_ms: delayMs }),
    ...(timeoutMs === undefined ? {} : { timeout_secs: secondsOf(timeoutMs) }),
    ...termOptionsOut(terms),
  }
}

function timeOf(instant: Date | number): string {
  return formatInstant(parseInstant(instant, '/runAt'))
}

/** What a program put may be a place for a parameter, whatever its type says. */
function secondsOf(timeoutMs: unknown): unknown {
  return typeof timeoutMs === 'number' ? timeoutMs / 1000 : timeoutMs
}
