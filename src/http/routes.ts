import * as fleet from './endpoints/fleet.js'
import * as jobs from './endpoints/jobs.js'
import * as queue from './endpoints/queue.js'
import * as schedules from './endpoints/schedules.js'
import * as submissions from './endpoints/submissions.js'
import * as templates from './endpoints/templates.js'
import * as webhooks from './endpoints/webhooks.js'
import { type Route, route, routeOfBody } from './route.js'

const job = '/workers/jobs/:job_id'
const schedule = '/workers/schedule/:job_id'
const template = '/workers/templates/:name'
const webhook = '/workers/webhooks/:webhook_id'

/** Every route, by the name that `openapi.json` calls it: the only place that says what there is. */
export const routes = {
  submitJob: routeOfBody('POST', '/workers/jobs', 'submit', submissions.submitJob),
  submitJobs: routeOfBody('POST', '/workers/jobs/batch', 'submit', submissions.submitJobs),
  submitFlow: routeOfBody('POST', '/workers/flows', 'submit', submissions.submitFlow),
  submitTemplate: routeOfBody('POST', `${template}/jobs`, 'submit', submissions.submitTemplate, 'optional'),

  listJobs: route('GET', '/workers/jobs', 'read', jobs.listJobs),
  getJob: route('GET', job, 'read', jobs.getJob),
  cancelJob: route('DELETE', job, 'manage', jobs.cancelJob),
  getJobResult: route('GET', `${job}/result`, 'read', jobs.getJobResult),
  getJobPages: route('GET', `${job}/pages`, 'read', jobs.getJobPages),
  explainJob: route('GET', `${job}/explain`, 'read', jobs.explainJob),
  retryJob: route('POST', `${job}/retry`, 'manage', jobs.retryJob),
  reprioritiseJob: routeOfBody('POST', `${job}/priority`, 'manage', jobs.reprioritiseJob),
  listDeadLetters: route('GET', '/workers/dead-letters', 'read', jobs.listDeadLetters),
  retryDeadLetters: routeOfBody('POST', '/workers/dead-letters/retry', 'manage', jobs.retryJobs, 'optional'),
  discardDeadLetters: routeOfBody(
    'POST',
    '/workers/dead-letters/discard',
    'manage',
    jobs.discardJobs,
    'optional',
  ),

  addSchedule: routeOfBody('POST', '/workers/schedule', 'manage', schedules.addSchedule),
  listSchedules: route('GET', '/workers/schedule', 'read', schedules.listSchedules),
  changeSchedule: routeOfBody('PATCH', schedule, 'manage', schedules.changeSchedule),
  removeSchedule: route('DELETE', schedule, 'manage', schedules.removeSchedule),
  runSchedule: route('POST', `${schedule}/run`, 'manage', schedules.runSchedule),
  previewSchedule: route('GET', `${schedule}/preview`, 'read', schedules.previewSchedule),
  previewCron: routeOfBody('POST', '/workers/schedule/preview', 'read', schedules.previewCron),

  listTemplates: route('GET', '/workers/templates', 'read', templates.listTemplates),
  getTemplate: route('GET', template, 'read', templates.getTemplate),
  putTemplate: routeOfBody('PUT', template, 'manage', templates.putTemplate),
  removeTemplate: route('DELETE', template, 'manage', templates.removeTemplate),

  addWebhook: routeOfBody('POST', '/workers/webhooks', 'manage', webhooks.addWebhook),
  listWebhooks: route('GET', '/workers/webhooks', 'read', webhooks.listWebhooks),
  getWebhook: route('GET', webhook, 'read', webhooks.getWebhook),
  changeWebhook: routeOfBody('PATCH', webhook, 'manage', webhooks.changeWebhook),
  removeWebhook: route('DELETE', webhook, 'manage', webhooks.removeWebhook),
  rotateWebhookSecret: routeOfBody(
    'POST',
    `${webhook}/rotate-secret`,
    'manage',
    webhooks.rotateSecret,
    'optional',
  ),

  pauseQueue: routeOfBody('POST', '/workers/queue/pause', 'manage', queue.pauseQueue, 'optional'),
  resumeQueue: routeOfBody('POST', '/workers/queue/resume', 'manage', queue.resumeQueue, 'optional'),
  drainQueue: routeOfBody('POST', '/workers/queue/drain', 'manage', queue.drainQueue, 'optional'),
  getQueueStats: route('GET', '/workers/stats/queue', 'read', queue.getQueueStats),

  getWorkerStats: route('GET', '/workers/stats/workers', 'read', fleet.getWorkerStats),
  getScale: route('GET', '/workers/scale', 'read', fleet.getScale),
  getMetrics: route('GET', '/workers/metrics', 'read', fleet.getMetrics),
  getHealth: route('GET', '/workers/health', 'read', fleet.getHealth),
  getOpenApi: route('GET', '/workers/openapi.json', 'read', fleet.getOpenApi),
} satisfies Readonly<Record<string, Route>>

export type RouteName = keyof typeof routes
