import type { ControlApi } from '../control-api.js'
import { Bulk } from './bulk.js'
import type { Control } from './control.js'
import { Explainer } from './explainer.js'
import type { Hub } from './hub.js'
import { PauseControl } from './pauses.js'
import type { Producer } from './producer.js'
import { Scale } from './scale.js'
import type { ScheduleControl } from './schedule-control.js'

/** The parts of a service that others have too. */
export interface SteeringParts {
  readonly producer: Producer
  readonly control: Control
  readonly schedules: ScheduleControl
}

/** What one steers a service with, each verb by the part that does it. Whatever is wrong with a call rejects its promise. */
export function steering(hub: Hub, { producer, control, schedules }: SteeringParts): ControlApi {
  const { templates, webhooks } = hub.builtIn
  const bulk = new Bulk(hub)
  const explainer = new Explainer(hub)
  const pauses = new PauseControl(hub)
  const scale = new Scale(hub)
  return {
    submitFlow: async (flow, request) => producer.submitFlow(flow, request),
    explainJob: async (id) => explainer.explain(id),
    reprioritiseJob: async (id, priority) => control.reprioritise(id, priority),
    discardJob: async (id) => control.discard(id),
    retryJobs: async (filter = {}, options = {}) => bulk.retry(filter, options),
    discardJobs: async (filter = {}, options = {}) => bulk.discard(filter, options),
    pause: async (options = {}) => pauses.pause(options),
    resume: async (options = {}) => pauses.resume(options),
    drain: async (options = {}) => pauses.drain(options),
    runScheduledJob: async (id) => schedules.run(id),
    setScheduledJobEnabled: async (id, enabled) => schedules.setEnabled(id, enabled),
    previewSchedule: async (schedule, options = {}) => schedules.preview(schedule, options),
    putTemplate: async (template) => templates.putTemplate(template),
    getTemplate: async (name, version) => templates.getTemplate(name, version),
    listTemplates: async () => templates.listTemplates(),
    removeTemplate: async (name) => templates.removeTemplate(name),
    addWebhook: async (webhook) => webhooks.addWebhook(webhook),
    getWebhook: async (id) => webhooks.getWebhook(id),
    listWebhooks: async () => webhooks.listWebhooks(),
    updateWebhook: async (id, change) => webhooks.updateWebhook(id, change),
    rotateWebhookSecret: async (id, options) => webhooks.rotateWebhookSecret(id, options),
    removeWebhook: async (id) => webhooks.removeWebhook(id),
    getScale: async (options = {}) => scale.advice(options),
  }
}
