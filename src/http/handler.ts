import type { Clock } from '../core/clock.js'
import { RiptideError } from '../core/errors.js'
import { toJobError } from '../core/job-error.js'
import type { Logger } from '../core/logger.js'
import type { ServiceApi } from '../service-api.js'
import { type Authorize, type AuthorizeContext, askAuthorize } from './authorize.js'
import { type Handle, type Handled, type NeutralRequest, emptyResponse } from './exchange.js'
import { idempotencyKeyIn } from './idempotency-key.js'
import { readJsonBody } from './json-body.js'
import { requireAcceptsJson } from './media-type.js'
import { openApiDocument } from './openapi/document.js'
import { isOurFault, problemResponse } from './problem.js'
import { type Match, createMatcher, idIn } from './route-match.js'
import { type Route, parameterOf } from './route.js'
import { routes } from './routes.js'
import { requireSameOrigin } from './same-origin.js'

export interface HandlerSettings {
  readonly authorize: Authorize | undefined
  readonly basePath: string | undefined
  readonly bodyLimitBytes: number
  readonly bodyTimeoutMs: number
  readonly authorizeTimeoutMs: number
  readonly logger: Logger
  readonly clock: Clock
}

/** The one core under every mount: a request becomes an answer, whatever goes wrong, or `null` when it is not ours. */
export function createHandle(service: ServiceApi, settings: HandlerSettings): Handle {
  const match = createMatcher(Object.values(routes), settings.basePath)
  const warnOnce = createOpenWarning(settings)
  const respond = async (request: NeutralRequest, matched: Match): Promise<Answered> => {
    try {
      const route = routeFor(request.method, matched.routes)
      return route
        ? await answer(service, settings, request, matched, route)
        : withoutRoute(request.method, matched)
    } catch (thrown) {
      if (isOurFault(thrown))
        settings.logger.error('a request failed', {
          route: matched.routes[0]?.path,
          error: toJobError(thrown),
        })
      return problemResponse(thrown)
    }
  }
  return async (request) => {
    const matched = match(request.target)
    if (!matched) return null
    warnOnce()
    const answered = await respond(request, matched)
    return request.method === 'HEAD' && !('denial' in answered) ? { ...answered, body: null } : answered
  }
}

/** The answer to what is not ours, where nobody else can answer. */
export function notFoundResponse(): ReturnType<typeof problemResponse> {
  return problemResponse(new RiptideError('ROUTE_NOT_FOUND', 'there is no such route'))
}

type Answered = Exclude<Handled, null>

// -------------------------------------------------------------------------------------------------------------------

/** The steps of a request. The body is the last thing that is looked at, after who sent it and what it says it is. */
async function answer(
  service: ServiceApi,
  settings: HandlerSettings,
  request: NeutralRequest,
  matched: Match,
  route: Route,
): Promise<Answered> {
  if (route.method !== 'GET') requireSameOrigin(request)
  const id = idIn(route, matched.rawId)
  const { authorizeTimeoutMs, bodyLimitBytes, bodyTimeoutMs, clock } = settings
  const denial = await askAuthorize(contextOf(request, matched, route, id), {
    ...settings,
    timeoutMs: authorizeTimeoutMs,
  })
  if (denial) return { denial }
  requireAcceptsJson(request.header('accept'))
  const idempotencyKey =
    route.action === 'submit' ? idempotencyKeyIn(request.header('idempotency-key')) : undefined
  const limits = { limitBytes: bodyLimitBytes, timeoutMs: bodyTimeoutMs, clock }
  const body = route.method === 'GET' ? {} : await readJsonBody(request, route.body, limits)
  const { query, prefix } = matched
  const call = {
    service,
    id,
    query,
    body,
    idempotencyKey,
    prefix,
    now: () => clock.now(),
    document: openApiDocument,
  }
  return route.run(call)
}

function routeFor(method: string, candidates: readonly Route[]): Route | undefined {
  const asked = method === 'HEAD' ? 'GET' : method
  return candidates.find((route) => route.method === asked)
}

function withoutRoute(method: string, matched: Match): Answered {
  const methods = matched.routes.flatMap((route) =>
    route.method === 'GET' ? ['GET', 'HEAD'] : [route.method],
  )
  const allow = [...methods, 'OPTIONS'].join(', ')
  if (method === 'OPTIONS') return emptyResponse(204, { allow })
  const error = new RiptideError('METHOD_NOT_ALLOWED', `this path takes ${allow}`, {
    facts: { allowed: methods },
  })
  return problemResponse(error, { allow })
}

function contextOf(request: NeutralRequest, { path }: Match, route: Route, id: string): AuthorizeContext {
  const about = id === '' ? {} : { [subjectOf(route.path)]: id }
  return {
    action: route.action,
    route: route.path,
    method: request.method,
    path,
    headers: { get: (name) => request.header(name.toLowerCase()) ?? null },
    ...about,
    raw: request.raw,
  }
}

/** What the id in a path is that of. */
function subjectOf(path: string): 'jobId' | 'scheduleId' | 'templateName' | 'webhookId' {
  if (path.startsWith('/workers/schedule/')) return 'scheduleId'
  const parameter = parameterOf(path)
  return parameter === 'name' ? 'templateName' : parameter === 'webhook_id' ? 'webhookId' : 'jobId'
}

function createOpenWarning({ authorize, logger }: HandlerSettings): () => void {
  let due = authorize === undefined
  return () => {
    if (due) logger.warn('the routes are open to everyone: createHandler was given no authorize')
    due = false
  }
}
