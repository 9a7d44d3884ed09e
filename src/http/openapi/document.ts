import { version } from '../../core/version.js'
import { type Route, parameterOf } from '../route.js'
import { type RouteName, routes } from '../routes.js'
import { answerSchemas } from './answer-schemas.js'
import { controlAnswerSchemas } from './control-answer-schemas.js'
import { controlRequestSchemas } from './control-request-schemas.js'
import { operations } from './operations.js'
import { requestSchemas } from './request-schemas.js'
import { termSchemas } from './term-schemas.js'

/** The OpenAPI 3.1 document of the routes as they stand under `prefix`. */
export function openApiDocument(prefix: string): object {
  return {
    openapi: '3.1.1',
    info: {
      title: 'riptide-workers',
      version,
      description:
        'Background crawl jobs: submit, poll, schedule, steer and watch them. Times are RFC 3339 in UTC; durations are whole numbers in the unit of their name. Every error is an RFC 9457 problem.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: prefix === '' ? '/' : prefix }],
    tags: [
      { name: 'jobs', description: 'Submit jobs, look at them, cancel and retry them.' },
      { name: 'schedules', description: 'Jobs that come again and again.' },
      { name: 'templates', description: 'What a job looks like, with places for parameters.' },
      { name: 'webhooks', description: 'Who is told of the ends of jobs.' },
      { name: 'operation', description: 'How the queue and its workers do.' },
    ],
    paths: pathsOf(),
    components: { schemas, responses: problemResponses() },
  }
}

/** A route's path as OpenAPI writes it. */
export function templateOf(path: string): string {
  return path.replace(/:([a-z_]+)/g, '{$1}')
}

// -------------------------------------------------------------------------------------------------------------------

const schemas = {
  ...requestSchemas,
  ...termSchemas,
  ...controlRequestSchemas,
  ...answerSchemas,
  ...controlAnswerSchemas,
}

function pathsOf(): object {
  const paths = new Map<string, Record<string, object>>()
  for (const [name, route] of Object.entries(routes) as [RouteName, Route][]) {
    const path = templateOf(route.path)
    paths.set(path, { ...paths.get(path), [route.method.toLowerCase()]: operationOf(name, route) })
  }
  return Object.fromEntries(paths)
}

function operationOf(name: RouteName, route: Route): object {
  const { parameters = [], body, answers, errors, ...texts } = operations[name]
  const inPath = parameterOf(route.path)
  const all = [...(inPath === undefined ? [] : [pathParameter(inPath)]), ...parameters]
  const content = { 'application/json': body }
  return {
    operationId: name,
    ...texts,
    ...(all.length > 0 ? { parameters: all } : {}),
    ...(body === undefined ? {} : { requestBody: { required: route.body === 'required', content } }),
    responses: { ...answers, ...refusals(route, errors) },
  }
}

function pathParameter(name: string): object {
  const description =
    name === 'name' ? 'The name of the template.' : 'The id, as the answer that made it gave it.'
  const most = name === 'name' ? 100 : 200
  return {
    name,
    in: 'path',
    required: true,
    description,
    schema: { type: 'string', pattern: `^[A-Za-z0-9_.~-]{1,${most}}$` },
  }
}

const problems = {
  400: ['BadRequest', 'What was sent cannot be read.'],
  403: ['Forbidden', 'Not allowed, or sent by a page of another site.'],
  404: ['NotFound', 'There is no such thing.'],
  406: ['NotAcceptable', 'The client takes anything but JSON.'],
  408: ['BodyTimeout', 'The body did not arrive in time.'],
  409: ['Conflict', 'Not possible in the state that it is in.'],
  413: ['TooLarge', 'The body, the payload or the metadata is too large.'],
  415: ['UnsupportedMediaType', 'The body must be application/json in UTF-8, not compressed.'],
  422: ['Unprocessable', 'What was sent can be read and is wrong; `path` says where.'],
  500: ['Internal', 'A fault of the server; its log says more.'],
  503: [
    'Unavailable',
    'The store, the workers or the decision of who may do this is away; Retry-After says when to try again.',
  ],
} as const

type ProblemStatus = keyof typeof problems

/** What any route can refuse, what one with a body or an id can, and what the operation adds. */
function refusals(route: Route, more: readonly ProblemStatus[]): object {
  const withId: ProblemStatus[] = route.path.includes(':') ? [400, 404] : []
  const withBody: ProblemStatus[] = route.method === 'GET' ? [] : [400, 408, 413, 415, 422]
  const statuses = new Set<ProblemStatus>([...withId, ...withBody, 403, 406, 500, 503, ...more])
  const entries = [...statuses]
    .sort()
    .map((status) => [status, { $ref: `#/components/responses/${problems[status][0]}` }])
  return Object.fromEntries(entries) as object
}

function problemResponses(): object {
  const schema = { $ref: '#/components/schemas/Problem' }
  const entries = Object.entries(problems).map(([status, [name, description]]) => {
    const headers =
      status === '503'
        ? { 'Retry-After': { description: 'Seconds.', schema: { type: 'string' } } }
        : undefined
    return [
      name,
      { description, ...(headers ? { headers } : {}), content: { 'application/problem+json': { schema } } },
    ]
  })
  return Object.fromEntries(entries) as object
}
