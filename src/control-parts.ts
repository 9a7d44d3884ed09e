import type { ControlApi, TemplateSpec } from './control-api.js'
import type { JobWebhook } from './core/job-view.js'
import type { SubmitOptions, SubmitSpec } from './service-api.js'

export type { JobWebhook } from './core/job-view.js'

/** What a service asks of its templates. */
export interface TemplatesPart extends Pick<
  ControlApi,
  'putTemplate' | 'getTemplate' | 'listTemplates' | 'removeTemplate'
> {
  /**
   * The job that a template makes of the parameters. TEMPLATE_NOT_FOUND, TEMPLATE_PARAMETER_MISSING, ...; PAYLOAD_TOO_LARGE for
   * more than the call may still make.
   */
  resolve(spec: TemplateSpec, call?: TemplateCall): Promise<ResolvedTemplate>
}

/** What the submissions by template of one call share: a small request must not make more jobs than fit into memory. */
export interface TemplateCall {
  /** Bytes of JSON that they may make together. */
  readonly mostBytes: number
  /** Bytes of JSON that they have made so far. */
  madeBytes: number
  /** The templates that were read, by name and version: each is read once. */
  readonly read: Map<string, Promise<unknown>>
}

export interface ResolvedTemplate {
  readonly spec: SubmitSpec
  /** Defaults of the template; what a submission says itself goes first. */
  readonly options: SubmitOptions
  readonly version: number
}

/** What a service asks of its webhooks. */
export type WebhooksPart = Pick<
  ControlApi,
  'addWebhook' | 'getWebhook' | 'listWebhooks' | 'updateWebhook' | 'rotateWebhookSecret' | 'removeWebhook'
> & {
  /** A webhook of one job as it is kept in that job's settings; URL_INVALID, EVENTS_INVALID ... below `path`. */
  targetOf(given: unknown, path: string): JobWebhook
}
