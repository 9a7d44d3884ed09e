import { type Fields, asId, asObject, onlyKeys, wrong } from '../core/check.js'
import { RiptideError } from '../core/errors.js'

/** What was submitted, in one shape. */
export interface PlainSpec {
  readonly type: string
  readonly payload: unknown
  /** Where the payload's fields stood in what was submitted: pointers in errors begin with this. */
  readonly path: '' | '/payload'
}

/** The fields that a built-in type takes beside `type`. */
const fieldsOf = new Map<string, readonly string[]>([
  ['single_crawl', ['url', 'options']],
  ['batch_crawl', ['urls', 'options']],
  ['maintenance', ['taskType', 'parameters']],
])

const notYetTypes = ['pdf_extraction', 'spider_crawl']

/** Reads `{ type, ...fields }` of a built-in type, `{ type: 'custom', jobName, payload }`, and `{ type, payload }` of any. */
export function specOf(given: unknown): PlainSpec {
  if (given === undefined)
    throw wrong('ARGUMENT_INVALID', { path: '' }, 'must be a job: { type, ... }', given)
  const spec = asObject(given, { path: '', code: 'ARGUMENT_INVALID' })
  const type = typeOf(spec)
  if (notYetTypes.includes(type)) throw notYet('/type', `the job type "${type}"`)
  if (type === 'custom') {
    onlyKeys(spec, ['type', 'jobName', 'payload'], { path: '' })
    return {
      type: asId(spec['jobName'], { path: '/jobName', code: 'NAME_INVALID' }),
      payload: payloadOf(spec),
      path: '/payload',
    }
  }
  const fields = fieldsOf.get(type)
  if (fields && spec['payload'] === undefined) return builtIn(type, spec, fields)
  onlyKeys(spec, ['type', 'payload'], { path: '' })
  return { type: asId(type, { path: '/type' }), payload: payloadOf(spec), path: '/payload' }
}

/** The refusal of what this version does not have yet: better refused than accepted and ignored. */
export function notYet(path: string, what: string): RiptideError {
  return new RiptideError('NOT_SUPPORTED', `${what} is not supported by this version`, { path })
}

// -------------------------------------------------------------------------------------------------------------------

function typeOf(spec: Fields): string {
  const { type } = spec
  if (type === undefined || type === null || (typeof type === 'string' && type.trim() === '')) {
    throw wrong('REQUIRED', { path: '/type' }, 'is required', type)
  }
  if (typeof type !== 'string') throw wrong('TYPE_MISMATCH', { path: '/type' }, 'must be a string', type)
  return type
}

function builtIn(type: string, spec: Fields, fields: readonly string[]): PlainSpec {
  onlyKeys(spec, ['type', ...fields], { path: '' })
  const payload = Object.fromEntries(
    fields.filter((key) => spec[key] !== undefined).map((key) => [key, spec[key]]),
  )
  return { type, payload, path: '' }
}

function payloadOf(spec: Fields): unknown {
  return spec['payload'] === undefined ? null : spec['payload']
}
