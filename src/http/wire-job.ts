import { type Fields, asObject, asText, integerIn, onlyKeys, wrong } from '../core/check.js'
import { RiptideError, describe } from '../core/errors.js'
import { pointer } from '../core/json.js'
import type { SubmitSpec } from '../service-api.js'
import { optionWordsOf, wireJobTypes } from './wire-words.js'

const longestPageSecs = 3_600

/** The fields of each type, and what they are called inside. */
const jobWords = new Map<string, ReadonlyMap<string, string>>([
  ['single_crawl', new Map([['url', 'url']])],
  ['batch_crawl', new Map([['urls', 'urls']])],
  [
    'spider_crawl',
    new Map([
      ['url', 'url'],
      ['urls', 'urls'],
    ]),
  ],
  [
    'maintenance',
    new Map([
      ['task_type', 'taskType'],
      ['parameters', 'parameters'],
    ]),
  ],
  [
    'custom',
    new Map([
      ['job_name', 'jobName'],
      ['payload', 'payload'],
    ]),
  ],
  [
    'pdf_extraction',
    new Map([
      ['url', 'url'],
      ['pdf_data', 'pdfData'],
    ]),
  ],
  [
    'template',
    new Map([
      ['template', 'template'],
      ['version', 'version'],
      ['parameters', 'parameters'],
    ]),
  ],
])

/** The fields of all types, and what they are called inside. */
export const jobFieldWords = new Map([...jobWords.values()].flatMap((words) => [...words]))

/** A `job_type` or `job_template`: the type that the wire named, and the job in the service's terms. */
export function jobIn(value: unknown, path: string): { wireType: string; spec: SubmitSpec } {
  if (value === undefined || value === null) throw wrong('REQUIRED', { path }, 'is required', value)
  const given = asObject(value, { path })
  const wireType = typeIn(given['type'], `${path}/type`)
  const words = jobWords.get(wireType)
  if (!words) {
    const rule = `must be one of ${wireJobTypes.join(', ')}`
    throw wrong('JOB_TYPE_UNKNOWN', { path: `${path}/type` }, rule, wireType, { known: wireJobTypes })
  }
  const withOptions = takesOptions(wireType)
  onlyKeys(given, ['type', ...words.keys(), ...(withOptions ? ['options'] : [])], { path })
  if (wireType === 'custom' && given['payload'] === undefined) {
    throw wrong('REQUIRED', { path: `${path}/payload` }, 'is required', undefined)
  }
  const entries = [...words]
    .filter(([wire]) => given[wire] !== undefined)
    .map(([wire, inside]) => [inside, given[wire]])
  const fields = Object.fromEntries(entries) as Fields
  const options = withOptions ? optionsIn(wireType, given['options'], `${path}/options`) : undefined
  // What is wrong with the values is for the service to say, which checks those of programs too.
  return { wireType, spec: { type: wireType, ...fields, ...(options ? { options } : {}) } as SubmitSpec }
}

/** A job as a `job_template` shows it; whatever is of no type of the library's is custom. */
export function jobSpecOut(spec: SubmitSpec): object {
  const { type, payload, ...own } = spec as unknown as Fields & { readonly type: string }
  const words = jobWords.get(type)
  if (!words) return { type: 'custom', job_name: type, payload: payload ?? null }
  // A built-in job may have been given as what its definition makes: its fields are in the payload then.
  const fields = type !== 'custom' && isFields(payload) ? payload : { ...own, payload }
  const shown = [...words].map(([wire, inside]) => [wire, fields[inside]] as const)
  const options = takesOptions(type) ? optionsOut(type, fields['options']) : undefined
  const known = [...shown, ['options', options] as const].filter(([, value]) => value !== undefined)
  return { type, ...(Object.fromEntries(known) as object) }
}

// -------------------------------------------------------------------------------------------------------------------

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function takesOptions(type: string): boolean {
  return ['single_crawl', 'batch_crawl', 'spider_crawl', 'pdf_extraction'].includes(type)
}

function optionsOut(type: string, options: unknown): unknown {
  if (!isFields(options)) return options
  const entries = Object.entries(options).map(([key, value]) => {
    const wire = [...optionWordsOf(type)].find(([, inside]) => inside === key)?.[0] ?? key
    return [wire, key === 'timeoutMs' && typeof value === 'number' ? value / 1000 : value]
  })
  return Object.fromEntries(entries) as Fields
}

function typeIn(value: unknown, path: string): string {
  if (typeof value === 'string' && value.trim() === '')
    throw wrong('REQUIRED', { path }, 'is required', value)
  return asText(value, 200, { path })
}

/** Options that nobody knows go through: the crawl names them in its warnings. */
function optionsIn(type: string, value: unknown, path: string): Fields | undefined {
  if (value === undefined || value === null) return undefined
  const words = optionWordsOf(type)
  const entries = Object.entries(asObject(value, { path })).map(([key, item]) => {
    const inside = words.get(key)
    const at = pointer(path, key)
    if (inside === undefined) return [unknownOption(words, key, at), item]
    const isSeconds = inside === 'timeoutMs' && item !== null
    return [inside, isSeconds ? 1000 * integerIn(item, 1, longestPageSecs, { path: at }) : item]
  })
  return Object.fromEntries(entries) as Fields
}

function unknownOption(words: ReadonlyMap<string, string>, key: string, path: string): string {
  if (/^allow_?private/i.test(key)) {
    const why = 'only the app can allow private addresses, with its crawl option allowPrivateNetwork'
    throw new RiptideError('FIELD_UNKNOWN', `${path}: unknown field ${describe(key)}; ${why}`, { path })
  }
  // The name it has inside would be taken for the option itself further on.
  for (const [wire, inside] of words) {
    if (key !== inside) continue
    throw new RiptideError(
      'FIELD_UNKNOWN',
      `${path}: unknown field ${describe(key)}; did you mean "${wire}"?`,
      { path },
    )
  }
  return key
}
