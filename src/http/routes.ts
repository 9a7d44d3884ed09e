import type { ServiceApi } from '../service-api.js'
import type { Fields } from '../core/check.js'
import type { Action } from './authorize.js'
import * as endpoints from './endpoints.js'
import type { NeutralResponse } from './exchange.js'
import type { BodyRule } from './json-body.js'

/** What an endpoint works with. */
export interface Call {
  readonly service: ServiceApi
  /** The id in the path, checked; empty on routes without one. */
  readonly id: string
  /** What follows the `?`. */
  readonly query: string
  readonly body: Fields
  /** Checked; absent when the client sent none. */
  readonly idempotencyKey: string | undefined
  /** What stands before `/workers` in the path. */
  readonly prefix: string
  readonly now: () => number
  /** Describes the routes under a prefix: given from above, since the description is made of this table. */
  readonly document: (prefix: string) => object
}

export interface Route {
  readonly method: 'GET' | 'POST' | 'DELETE'
  readonly path: string
  readonly action: Action
  readonly body: BodyRule
  run(call: Call): Promise<NeutralResponse> | NeutralResponse
}

/** Every route, by the name that `openapi.json` calls it: the only place that says what there is. */
export const routes = {
  submitJob: {
    method: 'POST',
    path: '/workers/jobs',
    action: 'submit',
    body: 'required',
    run: endpoints.submitJob,
  },
  listJobs: { method: 'GET', path: '/workers/jobs', action: 'read', body: 'none', run: endpoints.listJobs },
  getJob: {
    method: 'GET',
    path: '/workers/jobs/:job_id',
    action: 'read',
    body: 'none',
    run: endpoints.getJob,
  },
  cancelJob: {
    method: 'DELETE',
    path: '/workers/jobs/:job_id',
    action: 'manage',
    body: 'none',
    run: endpoints.cancelJob,
  },
  getJobResult: {
    method: 'GET',
    path: '/workers/jobs/:job_id/result',
    action: 'read',
    body: 'none',
    run: endpoints.getJobResult,
  },
  retryJob: {
    method: 'POST',
    path: '/workers/jobs/:job_id/retry',
    action: 'manage',
    body: 'none',
    run: endpoints.retryJob,
  },
  getQueueStats: {
    method: 'GET',
    path: '/workers/stats/queue',
    action: 'read',
    body: 'none',
    run: endpoints.getQueueStats,
  },
  getWorkerStats: {
    method: 'GET',
    path: '/workers/stats/workers',
    action: 'read',
    body: 'none',
    run: endpoints.getWorkerStats,
  },
  addSchedule: {
    method: 'POST',
    path: '/workers/schedule',
    action: 'manage',
    body: 'required',
    run: endpoints.addSchedule,
  },
  listSchedules: {
    method: 'GET',
    path: '/workers/schedule',
    action: 'read',
    body: 'none',
    run: endpoints.listSchedules,
  },
  removeSchedule: {
    method: 'DELETE',
    path: '/workers/schedule/:job_id',
    action: 'manage',
    body: 'none',
    run: endpoints.removeSchedule,
  },
  getMetrics: {
    method: 'GET',
    path: '/workers/metrics',
    action: 'read',
    body: 'none',
    run: endpoints.getMetrics,
  },
  getHealth: {
    method: 'GET',
    path: '/workers/health',
    action: 'read',
    body: 'none',
    run: endpoints.getHealth,
  },
  getOpenApi: {
    method: 'GET',
    path: '/workers/openapi.json',
    action: 'read',
    body: 'none',
    run: endpoints.getOpenApi,
  },
} as const satisfies Readonly<Record<string, Route>>

export type RouteName = keyof typeof routes
