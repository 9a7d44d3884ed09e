import { type Fields, asId, asObject, onlyKeys, wrong } from '../core/check.js'
import { RiptideError, describe } from '../core/errors.js'
import { internalPrefix } from '../core/job-terms.js'

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
  ['spider_crawl', ['url', 'urls', 'options']],
  ['maintenance', ['taskType', 'parameters']],
  ['pdf_extraction', ['url', 'pdfData', 'options']],
])

/** Reads `{ type, ...fields }` of a built-in type, `{ type: 'custom', jobName, payload }`, and `{ type, payload }` of any. */
export function specOf(given: unknown): PlainSpec {
  if (given === undefined)
    throw wrong('ARGUMENT_INVALID', { path: '' }, 'must be a job: { type, ... }', given)
  const spec = asObject(given, { path: '', code: 'ARGUMENT_INVALID' })
  const type = typeOf(spec)
  if (type === 'template')
    throw new RiptideError('TEMPLATE_INVALID', 'a template cannot stand here', { path: '/type' })
  if (type === 'custom') {
    onlyKeys(spec, ['type', 'jobName', 'payload'], { path: '' })
    const name = asId(spec['jobName'], { path: '/jobName', code: 'NAME_INVALID' })
    return { type: notOurs(name, '/jobName'), payload: payloadOf(spec), path: '/payload' }
  }
  const fields = fieldsOf.get(type)
  if (fields && spec['payload'] === undefined) return builtIn(type, spec, fields)
  onlyKeys(spec, ['type', 'payload'], { path: '' })
  return {
    type: notOurs(asId(type, { path: '/type' }), '/type'),
    payload: payloadOf(spec),
    path: '/payload',
  }
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

/** Jobs that the library makes by itself: who could submit one could have anything signed and sent. */
function notOurs(type: string, path: string): string {
  if (!type.startsWith(internalPrefix)) return type
  const text = `${path}: ${describe(type)} is a type of the library's own, and cannot be submitted`
  throw new RiptideError('JOB_TYPE_UNKNOWN', text, { path })
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
