import { type Fields, asObject, asText, integerIn, onlyKeys, wrong } from '../core/check.js'
import { RiptideError, describe } from '../core/errors.js'
import { pointer } from '../core/json.js'
import type { SubmitSpec } from '../service-api.js'
import { crawlOptionWords, wireJobTypes } from './wire-words.js'

const longestPageSecs = 3_600

/** The fields of each type, and what they are called inside. */
const jobWords = new Map<string, ReadonlyMap<string, string>>([
  ['single_crawl', new Map([['url', 'url']])],
  ['batch_crawl', new Map([['urls', 'urls']])],
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
      ['options', 'options'],
    ]),
  ],
])

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
  const takesOptions = wireType === 'single_crawl' || wireType === 'batch_crawl'
  onlyKeys(given, ['type', ...words.keys(), ...(takesOptions ? ['options'] : [])], { path })
  if (wireType === 'custom' && given['payload'] === undefined) {
    throw wrong('REQUIRED', { path: `${path}/payload` }, 'is required', undefined)
  }
  const entries = [...words]
    .filter(([wire]) => given[wire] !== undefined)
    .map(([wire, inside]) => [inside, given[wire]])
  const fields = Object.fromEntries(entries) as Fields
  const options = takesOptions ? crawlOptionsIn(given['options'], `${path}/options`) : undefined
  // What is wrong with the values is for the service to say, which checks those of programs too.
  if (wireType === 'pdf_extraction') return { wireType, spec: { type: wireType, payload: fields } }
  return { wireType, spec: { type: wireType, ...fields, ...(options ? { options } : {}) } as SubmitSpec }
}

// -------------------------------------------------------------------------------------------------------------------

function typeIn(value: unknown, path: string): string {
  if (typeof value === 'string' && value.trim() === '')
    throw wrong('REQUIRED', { path }, 'is required', value)
  return asText(value, 200, { path })
}

/** Options that nobody knows go through: the crawl names them in its warnings. */
function crawlOptionsIn(value: unknown, path: string): Fields | undefined {
  if (value === undefined || value === null) return undefined
  const entries = Object.entries(asObject(value, { path })).map(([key, item]) => {
    const inside = crawlOptionWords.get(key)
    const at = pointer(path, key)
    if (inside === undefined) return [unknownOption(key, at), item]
    const isSeconds = inside === 'timeoutMs' && item !== null
    return [inside, isSeconds ? 1000 * integerIn(item, 1, longestPageSecs, { path: at }) : item]
  })
  return Object.fromEntries(entries) as Fields
}

function unknownOption(key: string, path: string): string {
  if (/^allow_?private/i.test(key)) {
    const why = 'only the app can allow private addresses, with its crawl option allowPrivateNetwork'
    throw new RiptideError('FIELD_UNKNOWN', `${path}: unknown field ${describe(key)}; ${why}`, { path })
  }
  // The name it has inside would be taken for the option itself further on.
  for (const [wire, inside] of crawlOptionWords) {
    if (key !== inside) continue
    throw new RiptideError(
      'FIELD_UNKNOWN',
      `${path}: unknown field ${describe(key)}; did you mean "${wire}"?`,
      { path },
    )
  }
  return key
}
