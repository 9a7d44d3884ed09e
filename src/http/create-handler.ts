import { type Fields, asObject, integerIn, onlyKeys, wrong } from '../core/check.js'
import { type Clock, systemClock } from '../core/clock.js'
import { RiptideError, describe } from '../core/errors.js'
import { type Logger, consoleLogger, safeLogger } from '../core/logger.js'
import type { ServiceApi } from '../service-api.js'
import type { Authorize } from './authorize.js'
import { type HandlerSettings, createHandle } from './handler.js'
import { type FastifyMount, createFastifyMount } from './mounts/fastify.js'
import { type FetchMount, createFetchMount } from './mounts/fetch.js'
import { type NodeMount, createNodeMount } from './mounts/node.js'

export interface HandlerOptions {
  /** Decides every request; without it the routes are open and one warning is logged. */
  readonly authorize?: Authorize
  /** The exact path that `/workers/...` stands below, such as `/bg`. @default any prefix */
  readonly basePath?: string
  /** @default 10 MiB */
  readonly bodyLimitBytes?: number
  /** Longest time for a body to arrive, in ms. @default 15_000 */
  readonly bodyTimeoutMs?: number
  /** Longest time for `authorize` to decide, in ms. @default 10_000 */
  readonly authorizeTimeoutMs?: number
  /** @default warnings and errors to the console */
  readonly logger?: Logger
  /** @default the host's clock */
  readonly clock?: Clock
}

/** The routes of a service, ready for any server. */
export interface Handler {
  /** For whatever speaks the fetch standard. */
  readonly fetch: FetchMount
  /** For node:http, Express and Koa. */
  readonly node: NodeMount
  /** A plugin for Fastify. */
  readonly fastify: FastifyMount
  readonly basePath: string | undefined
}

/**
 * The HTTP routes of a service, to be mounted in the app that is there already.
 * @example
 * const handler = createHandler(service, { authorize: ({ headers }) => headers.get('x-api-key') === key })
 * app.use('/bg', handler.node)
 */
export function createHandler(service: ServiceApi, options: HandlerOptions = {}): Handler {
  if (typeof (service as Partial<ServiceApi> | null)?.submitJob !== 'function') {
    throw new RiptideError('CONFIG_INVALID', `createHandler takes a WorkerService; got ${describe(service)}`)
  }
  const settings = resolveHandlerOptions(options)
  const handle = createHandle(service, settings)
  const node = createNodeMount(handle, settings.clock, settings.logger)
  return Object.freeze({
    fetch: createFetchMount(handle),
    node,
    fastify: createFastifyMount(node),
    basePath: settings.basePath,
  })
}

// -------------------------------------------------------------------------------------------------------------------

const keys = [
  'authorize',
  'basePath',
  'bodyLimitBytes',
  'bodyTimeoutMs',
  'authorizeTimeoutMs',
  'logger',
  'clock',
]
const code = 'CONFIG_INVALID'

function resolveHandlerOptions(options: HandlerOptions): HandlerSettings {
  const given = asObject(options, { path: '', code })
  onlyKeys(given, keys, { path: '', code })
  const { authorize } = options
  if (authorize !== undefined && typeof authorize !== 'function') {
    throw wrong(code, { path: '/authorize' }, 'must be a function', authorize)
  }
  return Object.freeze({
    authorize,
    basePath: basePathOf(given),
    bodyLimitBytes: numberOf(given, 'bodyLimitBytes', 10 * 1024 * 1024),
    bodyTimeoutMs: numberOf(given, 'bodyTimeoutMs', 15_000),
    authorizeTimeoutMs: numberOf(given, 'authorizeTimeoutMs', 10_000),
    logger: safeLogger(options.logger ?? consoleLogger),
    clock: options.clock ?? systemClock,
  })
}

function numberOf(given: Fields, key: string, standard: number): number {
  return given[key] === undefined
    ? standard
    : integerIn(given[key], 1, 2 ** 31 - 1, { path: `/${key}`, code })
}

/** `/` is the root, which is written as nothing before `/workers`. */
function basePathOf(given: Fields): string | undefined {
  const path = given['basePath']
  if (path === undefined) return undefined
  if (path === '' || path === '/') return ''
  if (typeof path === 'string' && /^(?:\/[A-Za-z0-9_.~%-]+)+$/.test(path)) return path
  throw wrong(code, { path: '/basePath' }, 'must be a path such as "/bg", without a slash at its end', path)
}
