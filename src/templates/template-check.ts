import type { Template, TemplateParameter } from '../control-api.js'
import { type Fields, asObject, asText, oneOf, onlyKeys, wrong } from '../core/check.js'
import { RiptideError, describe, isRiptideError } from '../core/errors.js'
import { parseInstant } from '../core/instant.js'
import { pointer, toJson } from '../core/json.js'
import { type Parameters, isOfType, parameterTypes } from './parameters.js'
import { isParameterName, piecesOf, soleParameter } from './placeholders.js'

/** What a template says, apart from when and in which version. */
export type TemplateContent = Pick<Template, 'job' | 'options' | 'parameters' | 'description'>

const keys = ['name', 'job', 'options', 'parameters', 'description']
const optionKeys = [
  ...['priority', 'delayMs', 'runAt', 'retry', 'timeoutMs', 'metadata'],
  ...['dedupeKey', 'concurrencyKey', 'rateLimit', 'webhook'],
]
const mostBytes = 65_536
const mostParameters = 100
const code = 'TEMPLATE_INVALID'

/** The name of a template: it goes into keys and paths. */
export function asTemplateName(value: unknown, path: string): string {
  if (typeof value === 'string' && /^[A-Za-z0-9_.~-]{1,100}$/.test(value)) return value
  throw wrong('NAME_INVALID', { path }, 'must match [A-Za-z0-9_.~-]{1,100}', value)
}

/** A template from what a user gave, nothing of it the user's own object. TEMPLATE_INVALID says where it is none, and why. */
export function checkTemplate(given: unknown): { readonly name: string; readonly content: TemplateContent } {
  const fields = asObject(given, { path: '', code: 'ARGUMENT_INVALID' })
  onlyKeys(fields, keys, { path: '' })
  const name = asTemplateName(fields['name'], '/name')
  const { job, options = {}, parameters = {}, description } = fields
  if (job === undefined || job === null) throw wrong('REQUIRED', { path: '/job' }, 'is required', job)
  const content = {
    job: copyOf(asObject(job, { path: '/job' }), '/job'),
    options: checkOptions(options),
    parameters: copyOf(asObject(parameters, { path: '/parameters' }), '/parameters'),
    description: description === undefined ? null : asText(description, 500, { path: '/description' }),
  }
  const bytes = Buffer.byteLength(JSON.stringify(content))
  if (bytes > mostBytes) {
    const text = `a template may have at most ${mostBytes} bytes of JSON; this one has ${bytes}`
    throw new RiptideError(code, text, { path: '/', facts: { limit: mostBytes } })
  }
  const known = checkParameters(content.parameters)
  checkPlaces(content.job, '/job', known)
  checkPlaces(content.options, '/options', known)
  checkJob(content.job)
  // What the fields with places must be is checked where a job is made of it, with its parameters in them.
  return { name, content: content as unknown as TemplateContent }
}

// -------------------------------------------------------------------------------------------------------------------

function copyOf(value: Fields, path: string): Fields {
  const text = textOf(value, path)
  if (text !== undefined && text.length <= mostBytes) return JSON.parse(text) as Fields
  throw new RiptideError(code, `${path} is larger than the ${mostBytes} bytes that a template may have`, {
    path,
  })
}

/** Undefined for what is too large to be looked at in full. */
function textOf(value: Fields, path: string): string | undefined {
  try {
    return toJson(value, path, mostBytes)
  } catch (thrown) {
    if (isRiptideError(thrown) && thrown.code === 'PAYLOAD_TOO_LARGE') return undefined
    throw thrown
  }
}

function checkOptions(given: unknown): Fields {
  const path = '/options'
  const fields = asObject(given, { path })
  onlyKeys(fields, optionKeys, { path })
  const { runAt, webhook } = fields
  if (
    typeof webhook === 'object' &&
    webhook !== null &&
    'secret' in webhook &&
    webhook.secret !== undefined
  ) {
    const text =
      '/options/webhook/secret: a template is shown to everyone who may look at it; give the secret with the submission'
    throw new RiptideError(code, text, { path: '/options/webhook/secret' })
  }
  // A Date is no JSON.
  const at =
    typeof runAt === 'object' && runAt !== null ? { runAt: parseInstant(runAt, '/options/runAt') } : {}
  return copyOf({ ...fields, ...at }, path)
}

function checkParameters(given: Fields): Parameters {
  const names = Object.keys(given)
  if (names.length > mostParameters) {
    const text = `a template may have at most ${mostParameters} parameters; this one has ${names.length}`
    throw new RiptideError(code, text, { path: '/parameters', facts: { limit: mostParameters } })
  }
  return new Map(names.map((name) => [name, checkParameter(name, given[name])]))
}

function checkParameter(name: string, given: unknown): TemplateParameter {
  const path = pointer('/parameters', name)
  if (!isParameterName(name)) {
    const text = `${path}: a parameter must be called [A-Za-z_][A-Za-z0-9_-]{0,99}, and not as something that every object has; got ${describe(name)}`
    throw new RiptideError(code, text, { path })
  }
  const fields = asObject(given, { path, code })
  onlyKeys(fields, ['type', 'default', 'description'], { path, code })
  const type = oneOf(fields['type'], parameterTypes, { path: `${path}/type`, code })
  const { default: otherwise, description } = fields
  if (description !== undefined) asText(description, 500, { path: `${path}/description`, code })
  if (otherwise !== undefined && !isOfType(otherwise, type))
    throw wrong(code, { path: `${path}/default` }, `must be of type ${type}`, otherwise)
  return { type, ...(otherwise === undefined ? {} : { default: otherwise }) }
}

/** Every place names a parameter that there is; inside a longer string, one that is a text, a number or a truth. */
function checkPlaces(tree: unknown, path: string, known: Parameters): void {
  if (typeof tree === 'string') return checkString(tree, path, known)
  if (typeof tree !== 'object' || tree === null) return
  for (const [key, item] of Object.entries(tree)) {
    if (!Array.isArray(tree) && (key.includes('{{') || key.includes('}}'))) {
      const text = `${pointer(path, key)}: the name of a field has no place for a parameter`
      throw new RiptideError(code, text, { path: pointer(path, key) })
    }
    checkPlaces(item, pointer(path, key), known)
  }
}

function checkString(text: string, path: string, known: Parameters): void {
  const pieces = piecesOf(text)
  if ('fault' in pieces)
    throw new RiptideError(code, `${path} ${pieces.fault}; got ${describe(text)}`, { path })
  const isWhole = soleParameter(pieces) !== undefined
  for (const piece of pieces) {
    if ('text' in piece) continue
    const type = known.get(piece.parameter)?.type
    if (type === undefined)
      throw new RiptideError(code, `${path}: the template has no parameter ${describe(piece.parameter)}`, {
        path,
      })
    if (!isWhole && (type === 'array' || type === 'object')) {
      const rule = `is of type ${type}, which can only stand for a whole string`
      throw new RiptideError(code, `${path}: the parameter ${describe(piece.parameter)} ${rule}`, { path })
    }
  }
}

/** What kind of job it makes is for the template to say, not for whoever fills it in; and it is no other template. */
function checkJob(job: Fields): void {
  const { type } = job
  if (type === 'template')
    throw new RiptideError(code, '/job/type: a template cannot be made of another', { path: '/job/type' })
  for (const key of ['type', 'jobName']) {
    const value = job[key]
    if (typeof value !== 'string' || !value.includes('{{')) continue
    throw new RiptideError(code, `/job/${key} has no place for a parameter`, { path: `/job/${key}` })
  }
  if (typeof type !== 'string' || type === '')
    throw wrong('REQUIRED', { path: '/job/type' }, 'is required, as a string', type)
}
