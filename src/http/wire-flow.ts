import { type Fields, asObject, onlyKeys, wrong } from '../core/check.js'
import { pointer } from '../core/json.js'
import type { FlowInput, FlowJob, FlowSubmitted } from '../control-api.js'
import { formatInstant } from '../core/instant.js'
import { field, knownOnly, passed } from './wire-fields.js'
import { optionKeys, optionsIn } from './wire-in.js'
import { jobIn } from './wire-job.js'
import { submittedOut } from './wire-out.js'
import { dependenciesIn, termWords } from './wire-terms.js'

/** A flow in the service's terms; `wireTypes` are the types that the wire named, by the names of its jobs. */
export interface FlowSubmission {
  readonly wireTypes: ReadonlyMap<string, string>
  readonly flow: FlowInput
}

const jobKeys = ['job_type', ...optionKeys]
const optionTerms = new Map([...termWords].filter(([, inside]) => inside !== 'dependsOn'))

/** The fields of an entry of `depends_on` that is an object, and what they are called inside. */
export const flowDependencyWords = new Map([
  ['name', 'name'],
  ['on_failure', 'onFailure'],
])

/** The body of `POST /workers/flows`. */
export function flowIn(body: Fields): FlowSubmission {
  knownOnly(body, ['flow_id', 'jobs'])
  const { jobs } = body
  if (jobs === undefined || jobs === null) throw wrong('REQUIRED', { path: '/jobs' }, 'is required', jobs)
  const entries = Object.entries(asObject(jobs, { path: '/jobs' })).map(([name, job]) => {
    const at = pointer('/jobs', name)
    return { name, ...flowJobIn(asObject(job, { path: at }), at) }
  })
  return {
    wireTypes: new Map(entries.map(({ name, wireType }) => [name, wireType])),
    flow: {
      ...passed(body, 'flow_id', 'id'),
      jobs: Object.fromEntries(entries.map(({ name, job }) => [name, job])),
    },
  }
}

/** The answer to a flow. */
export function flowOut(flow: FlowSubmitted, now: number): object {
  const jobs = Object.entries(flow.jobs).map(([name, submitted]) => [name, submittedOut(submitted)])
  return {
    flow_id: flow.id,
    submitted_at: formatInstant(now),
    jobs: Object.fromEntries(jobs) as object,
  }
}

// -------------------------------------------------------------------------------------------------------------------

function flowJobIn(given: Fields, at: string): { wireType: string; job: FlowJob } {
  onlyKeys(given, jobKeys, { path: at })
  const { wireType, spec } = jobIn(given['job_type'], `${at}/job_type`)
  const options = optionsIn(given, at, optionTerms)
  const job = {
    job: spec,
    ...(Object.keys(options).length === 0 ? {} : { options }),
    ...field(given, at, 'depends_on', (value, path) => ({
      dependsOn: dependenciesIn(value, path, flowDependencyWords),
    })),
  } as FlowJob
  return { wireType, job }
}
