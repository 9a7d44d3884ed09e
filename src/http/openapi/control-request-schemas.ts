import { explainReasons } from '../../core/explain-reason.js'
import { finalStates } from '../../core/states.js'
import { stateOut, wireJobTypes } from '../wire-words.js'
import { ref, request, text } from './operation.js'
import { submissionFields, templateFields } from './term-schemas.js'

const name = { type: 'string', pattern: '^[A-Za-z0-9_.~-]{1,100}$' }
const nameInFlow = { type: 'string', pattern: '^[A-Za-z0-9_~-]{1,100}$' }
const version = { type: ['integer', 'null'], minimum: 1, description: 'Default: the newest.' }
const webhookFields = {
  url: { type: 'string', format: 'uri' },
  events: ref('WebhookEvents'),
  job_types: {
    type: ['array', 'null'],
    maxItems: 100,
    items: text,
    description: 'Only of jobs of these types; of a custom job, its job_name. Default: all.',
  },
  secret: ref('WebhookSecret'),
  enabled: { type: 'boolean', description: 'Default: true.' },
  description: { type: ['string', 'null'], maxLength: 200 },
}
const type = { type: 'string', description: 'Only this type; of a custom job, its job_name.' }

/** JSON Schemas (2020-12) of what the routes take that steer what runs. */
export const controlRequestSchemas = {
  BatchSubmission: request(
    { jobs: { type: 'array', minItems: 1, maxItems: 10_000, items: ref('JobSubmission') } },
    ['jobs'],
  ),
  FlowSubmission: request(
    {
      flow_id: {
        type: ['string', 'null'],
        description: 'Its jobs have the ids `<flow_id>.<name>`; sent again, it makes no second flow.',
      },
      jobs: {
        type: 'object',
        minProperties: 1,
        maxProperties: 10_000,
        propertyNames: nameInFlow,
        additionalProperties: ref('FlowJob'),
        description: 'By names of yours.',
      },
    },
    ['jobs'],
  ),
  FlowJob: request(
    {
      job_type: ref('JobType'),
      ...templateFields,
      depends_on: {
        type: ['array', 'null'],
        items: {
          oneOf: [nameInFlow, request({ name: nameInFlow, on_failure: ref('FailureRule') }, ['name'])],
        },
        description: 'Names of this flow.',
      },
    },
    ['job_type'],
  ),
  PriorityChange: request({ priority: ref('Priority') }, ['priority']),
  EndedFilter: request({
    status: {
      type: ['string', 'null'],
      enum: [...finalStates.map(stateOut), 'Failed', null],
      description: 'In any case; `Completed` can only be discarded. Default: DeadLetter.',
    },
    job_type: { ...type, type: ['string', 'null'] },
    error: { type: ['string', 'null'], description: 'Code of the last error, such as `HTTP_STATUS`.' },
    older_than_ms: { type: ['integer', 'null'], minimum: 0, description: 'Ended so long ago, or longer.' },
    newer_than_ms: { type: ['integer', 'null'], minimum: 0, description: 'Ended less long ago.' },
    limit: { type: ['integer', 'null'], minimum: 1, description: 'At most so many. Default: all.' },
    dry_run: { type: ['boolean', 'null'], description: 'Only say what would be done. Default: false.' },
  }),
  QueuePart: request({ job_type: { ...type, type: ['string', 'null'] } }),
  Drain: request({
    timeout_ms: {
      type: ['integer', 'null'],
      minimum: 0,
      maximum: 600_000,
      description: 'How long to wait. Default: 30000.',
    },
  }),
  ScheduleChange: request({ enabled: { type: 'boolean' } }, ['enabled']),
  CronPreview: request(
    {
      cron_expression: { type: 'string' },
      timezone: { type: ['string', 'null'], description: 'IANA name. Default: UTC.' },
      count: { type: ['integer', 'null'], minimum: 1, maximum: 1_000, description: 'Default: 10.' },
    },
    ['cron_expression'],
  ),
  TemplateSubmission: request(
    {
      job_template: ref('JobTemplate'),
      parameters: {
        type: ['object', 'null'],
        propertyNames: name,
        additionalProperties: ref('TemplateParameter'),
      },
      description: { type: ['string', 'null'] },
      ...templateFields,
    },
    ['job_template'],
  ),
  JobTemplate: {
    type: 'object',
    required: ['type'],
    properties: { type: { type: 'string', enum: wireJobTypes.filter((one) => one !== 'template') } },
    additionalProperties: true,
    description: 'As a JobType, with places for parameters in its strings: `{{name}}`.',
  },
  TemplateParameter: request(
    {
      type: { type: 'string', enum: ['string', 'number', 'integer', 'boolean', 'array', 'object'] },
      default: { description: 'Makes the parameter optional.' },
      description: { type: 'string' },
    },
    ['type'],
  ),
  TemplateJobSubmission: request({
    parameters: { type: ['object', 'null'], additionalProperties: true },
    version,
    job_id: { type: ['string', 'null'], pattern: '^[A-Za-z0-9_.~-]{1,200}$' },
    ...submissionFields,
  }),
  WebhookSubmission: request(webhookFields, ['url']),
  WebhookChange: request(webhookFields),
  SecretRotation: request({
    keep_old_ms: {
      type: ['integer', 'null'],
      minimum: 0,
      description: 'How long deliveries are signed with the old secret too. Default: a day.',
    },
  }),
  ExplainReason: { type: 'string', enum: explainReasons },
}
