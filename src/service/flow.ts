import { type Fields, asId, asObject, oneOf, onlyKeys, wrong } from '../core/check.js'
import { RiptideError, describe, isRiptideError } from '../core/errors.js'
import { pointer } from '../core/json.js'
import { type FailureRule, failureRules, mostDependencies } from '../core/job-terms.js'
import type { SubmitOptions } from '../service-api.js'
import { cycleIn, parentsFirst } from './flow-order.js'
import { below, optionKeys } from './submission.js'

/** A job of a flow as it is submitted: with its id, and the ids of those that it depends on. */
export interface FlowEntry {
  readonly name: string
  readonly spec: unknown
  readonly options: SubmitOptions
  /** Ids of those that it depends on. */
  readonly parents: readonly string[]
}

export interface FlowPlan {
  readonly id: string
  /** The id is not the caller's: no job of it can stand. */
  readonly isNew: boolean
  /** Each after those that it depends on. */
  readonly entries: readonly FlowEntry[]
}

interface Node {
  readonly name: string
  readonly spec: unknown
  readonly options: Fields
  readonly dependsOn: readonly { readonly name: string; readonly onFailure: FailureRule }[]
}

const mostJobs = 10_000
/** No dot: the last one of an id is where its flow ends, so no two flows make the same id. */
const namePattern = /^[A-Za-z0-9_~-]{1,100}$/
const longestId = 200
const ownOptionKeys = optionKeys.filter((key) => key !== 'id' && key !== 'dependsOn')

/** Reads a flow: what it is made of, in the order to submit it. The jobs themselves are not looked at. */
export function planFlow(given: unknown, newId: () => string): FlowPlan {
  const flow = asObject(given, { path: '', code: 'ARGUMENT_INVALID' })
  onlyKeys(flow, ['id', 'jobs'], { path: '' })
  const id = flow['id'] === undefined ? newId() : asId(flow['id'], { path: '/id' })
  const nodes = nodesOf(flow['jobs'])
  for (const node of nodes.values()) checkTies(node, nodes)
  const longest = Math.max(...[...nodes.keys()].map((name) => name.length))
  if (id.length + 1 + longest > longestId) {
    const rule = `and a dot and the name of each job must have at most ${longestId} characters together`
    throw wrong('ID_INVALID', { path: '/id' }, rule, id)
  }
  return { id, isNew: flow['id'] === undefined, entries: ordered(nodes).map((node) => entryOf(node, id)) }
}

/** The error of one of its jobs, with where in the flow that is. */
export function flowFault(name: string, thrown: unknown): unknown {
  const [, first = ''] = isRiptideError(thrown) ? (thrown.path ?? '').split('/') : []
  const isOwn = first === '' || first === 'dependsOn'
  const part = isOwn ? '' : optionKeys.includes(first) ? '/options' : '/job'
  return below(`${pointer('/jobs', name)}${part}`, thrown)
}

// -------------------------------------------------------------------------------------------------------------------

function nodesOf(given: unknown): ReadonlyMap<string, Node> {
  const path = '/jobs'
  if (given === undefined || given === null) throw wrong('REQUIRED', { path }, 'is required', given)
  const names = Object.entries(asObject(given, { path }))
  if (names.length === 0 || names.length > mostJobs) {
    const text = `${path} must have 1 to ${mostJobs} jobs; got ${names.length}`
    throw new RiptideError('RANGE', text, { path, facts: { limit: mostJobs } })
  }
  return new Map(names.map(([name, job]) => [name, nodeOf(name, job)]))
}

function nodeOf(name: string, given: unknown): Node {
  const path = pointer('/jobs', name)
  if (!namePattern.test(name))
    throw wrong('NAME_INVALID', { path }, 'must have a name of [A-Za-z0-9_~-]{1,100}, without a dot', name)
  const fields = asObject(given, { path })
  onlyKeys(fields, ['job', 'options', 'dependsOn'], { path })
  const { job, options, dependsOn } = fields
  if (job === undefined || job === null) throw wrong('REQUIRED', { path: `${path}/job` }, 'is required', job)
  const own = options === undefined ? {} : asObject(options, { path: `${path}/options` })
  onlyKeys(own, ownOptionKeys, { path: `${path}/options` })
  return { name, spec: job, options: own, dependsOn: tiesOf(dependsOn, `${path}/dependsOn`) }
}

function tiesOf(given: unknown, path: string): Node['dependsOn'] {
  if (given === undefined) return []
  if (!Array.isArray(given)) throw wrong('TYPE_MISMATCH', { path }, 'must be an array of names', given)
  if (given.length > mostDependencies) {
    const text = `${path} must have at most ${mostDependencies} entries; got ${given.length}`
    throw new RiptideError('RANGE', text, { path, facts: { limit: mostDependencies } })
  }
  return Array.from(given, (entry: unknown, i) => {
    const at = `${path}/${i}`
    if (typeof entry === 'string') return { name: entry, onFailure: 'fail' }
    const fields = asObject(entry, { path: at })
    onlyKeys(fields, ['name', 'onFailure'], { path: at })
    const { name, onFailure } = fields
    if (typeof name !== 'string')
      throw wrong('TYPE_MISMATCH', { path: `${at}/name` }, 'must be a string', name)
    const rule = { path: `${at}/onFailure` }
    return { name, onFailure: onFailure === undefined ? 'fail' : oneOf(onFailure, failureRules, rule) }
  })
}

/** Others can only wait for a job of the flow's own. */
function checkTies({ name, dependsOn }: Node, nodes: ReadonlyMap<string, Node>): void {
  dependsOn.forEach((tie, i) => {
    const path = `${pointer('/jobs', name)}/dependsOn/${i}`
    const parent = nodes.get(tie.name)
    if (parent === undefined) throw unknownName(tie.name, path)
    if (parent.options['dedupeKey'] === undefined) return
    const text = `${pointer('/jobs', parent.name)}/options/dedupeKey cannot stand here: others of the flow depend on this very job`
    throw new RiptideError('FIELDS_CONFLICT', text, {
      path: `${pointer('/jobs', parent.name)}/options/dedupeKey`,
    })
  })
}

function ordered(nodes: ReadonlyMap<string, Node>): readonly Node[] {
  const parents = new Map([...nodes].map(([name, node]) => [name, node.dependsOn.map((tie) => tie.name)]))
  const order = parentsFirst(parents)
  if (order.length === nodes.size) return order.flatMap((name) => nodes.get(name) ?? [])
  throw inACircle(cycleIn(parents, new Set(order)))
}

function entryOf({ name, spec, options, dependsOn }: Node, flowId: string): FlowEntry {
  const ties = dependsOn.map((tie) => ({ id: `${flowId}.${tie.name}`, onFailure: tie.onFailure }))
  const own = { ...options, id: `${flowId}.${name}` }
  const parents = ties.map((tie) => tie.id)
  return { name, spec, options: ties.length === 0 ? own : { ...own, dependsOn: ties }, parents }
}

function unknownName(name: string, path: string): RiptideError {
  const text = `${path}: the flow has no job with the name ${describe(name)}`
  return new RiptideError('DEPENDENCY_NOT_FOUND', text, { path, facts: { missing: name } })
}

/** Of a circle that is long the first names, each before the one that it depends on. */
function inACircle(cycle: readonly string[]): RiptideError {
  const round = [...cycle, cycle[0] ?? '']
  const shown = round.slice(0, 10).map((name) => describe(name))
  const text = `/jobs: these depend on each other in a circle: ${shown.join(' -> ')}${round.length > 10 ? ' -> ...' : ''}`
  return new RiptideError('DEPENDENCY_CYCLE', text, {
    path: '/jobs',
    facts: { cycle: cycle.slice(0, 100) },
  })
}
