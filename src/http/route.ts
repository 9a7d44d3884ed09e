import type { Fields } from '../core/check.js'
import type { ServiceApi } from '../service-api.js'
import type { Action } from './authorize.js'
import type { NeutralResponse } from './exchange.js'
import type { BodyRule } from './json-body.js'

/** What an endpoint works with. */
export interface Call {
  readonly service: ServiceApi
  /** The id or name in the path, checked; empty on routes without one. */
  readonly id: string
  /** What follows the `?`. */
  readonly query: string
  readonly body: Fields
  /** Checked; absent when the client sent none, and on routes that submit nothing. */
  readonly idempotencyKey: string | undefined
  /** What stands before `/workers` in the path. */
  readonly prefix: string
  readonly now: () => number
  /** Describes the routes under a prefix: given from above, since the description is made of the table of routes. */
  readonly document: (prefix: string) => object
}

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

export interface Route {
  readonly method: Method
  /** With at most one parameter, such as `:job_id`. */
  readonly path: string
  readonly action: Action
  readonly body: BodyRule
  run(call: Call): Promise<NeutralResponse> | NeutralResponse
}

/** A route that takes no body. */
export function route(method: Method, path: string, action: Action, run: Route['run']): Route {
  return { method, path, action, body: 'none', run }
}

/** A route that takes a body, which may be left out where the rule says so. */
export function routeOfBody(
  method: Method,
  path: string,
  action: Action,
  run: Route['run'],
  body: BodyRule = 'required',
): Route {
  return { method, path, action, body, run }
}

/** The name of the parameter in a route's path; undefined when it has none. */
export function parameterOf(path: string): string | undefined {
  return /:([a-z_]+)/.exec(path)?.[1]
}
