import { wireStates, wirePriorities } from './wire-words.js'

/**
 * JSON Schemas (2020-12) of what the routes take. Defaults stand in the descriptions: generators of clients make a field
 * with a `default` one that must be given.
 */
export const requestSchemas = {
  JobSubmission: {
    type: 'object',
    required: ['job_type'],
    additionalProperties: false,
    properties: {
      job_type: { $ref: '#/components/schemas/JobType' },
      priority: { $ref: '#/components/schemas/Priority' },
      retry_config: { $ref: '#/components/schemas/RetryConfig' },
      metadata: { $ref: '#/components/schemas/Metadata' },
      scheduled_at: {
        type: 'string',
        format: 'date-time',
        description: 'Not before this time; a past one runs now.',
      },
      timeout_secs: {
        type: 'integer',
        minimum: 1,
        maximum: 604_800,
        description: 'Longest run. Default: 600.',
      },
    },
  },
  ScheduleSubmission: {
    type: 'object',
    required: ['name', 'cron_expression', 'job_template'],
    additionalProperties: false,
    properties: {
      name: {
        type: 'string',
        pattern: '^[A-Za-z0-9_.~-]{1,200}$',
        description: 'Unique; the same name again changes the schedule.',
      },
      cron_expression: {
        type: 'string',
        description: 'Five fields, or six with seconds in front; read in UTC.',
      },
      job_template: { $ref: '#/components/schemas/JobType' },
      priority: { $ref: '#/components/schemas/Priority' },
      enabled: { type: 'boolean', description: 'Default: true.' },
      retry_config: { $ref: '#/components/schemas/RetryConfig' },
      metadata: { $ref: '#/components/schemas/Metadata' },
    },
  },
  JobType: {
    oneOf: ['SingleCrawl', 'BatchCrawl', 'Maintenance', 'CustomJob', 'PdfExtraction'].map((name) => ({
      $ref: `#/components/schemas/${name}`,
    })),
    discriminator: {
      propertyName: 'type',
      mapping: {
        single_crawl: '#/components/schemas/SingleCrawl',
        batch_crawl: '#/components/schemas/BatchCrawl',
        maintenance: '#/components/schemas/Maintenance',
        custom: '#/components/schemas/CustomJob',
        pdf_extraction: '#/components/schemas/PdfExtraction',
      },
    },
  },
  SingleCrawl: jobType('single_crawl', ['url'], {
    url: { type: 'string', format: 'uri' },
    options: { $ref: '#/components/schemas/CrawlOptions' },
  }),
  BatchCrawl: jobType('batch_crawl', ['urls'], {
    urls: {
      type: 'array',
      minItems: 1,
      items: { type: 'string' },
      description:
        'At most as many as the service allows, 50 by default. A bad one becomes an error in its place.',
    },
    options: { $ref: '#/components/schemas/CrawlOptions' },
  }),
  Maintenance: jobType('maintenance', ['task_type'], {
    task_type: { type: 'string', enum: ['cache_cleanup', 'prune_results', 'health_check'] },
    parameters: { type: 'object', additionalProperties: true },
  }),
  CustomJob: jobType('custom', ['job_name', 'payload'], {
    job_name: {
      type: 'string',
      pattern: '^[A-Za-z0-9_.~-]{1,200}$',
      description: 'A name given to defineJob.',
    },
    payload: { description: 'Whatever the job takes.' },
  }),
  PdfExtraction: jobType(
    'pdf_extraction',
    [],
    {
      url: { type: 'string', format: 'uri' },
      pdf_data: { type: 'string', contentEncoding: 'base64' },
      options: { type: ['object', 'null'], additionalProperties: true },
    },
    'Reserved: this version answers 422 NOT_SUPPORTED.',
  ),
  CrawlOptions: {
    type: ['object', 'null'],
    description: "Other keys are named in the result's `warnings`.",
    additionalProperties: true,
    properties: {
      concurrency: {
        type: ['integer', 'null'],
        minimum: 1,
        description: "Default and cap: the service's maxConcurrency.",
      },
      cache_mode: {
        type: ['string', 'null'],
        enum: ['read_through', 'enabled', 'bypass', 'refresh', null],
        description:
          'read_through (the default) and enabled: a fresh stored result, else fetch and store; bypass: neither read nor write; refresh: fetch and store.',
      },
      output_format: { type: ['string', 'null'], enum: ['document', 'markdown', 'text', 'html', null] },
      timeout_secs: {
        type: ['integer', 'null'],
        minimum: 1,
        maximum: 3600,
        description: 'Longest time for one page.',
      },
      skip_extraction: { type: ['boolean', 'null'] },
      use_spider: { type: ['boolean', 'null'], description: 'Reserved: true is answered 422 NOT_SUPPORTED.' },
      spider_max_depth: { type: ['integer', 'null'], description: 'Reserved.' },
      spider_strategy: { type: ['string', 'null'], description: 'Reserved.' },
    },
  },
  RetryConfig: {
    type: ['object', 'null'],
    additionalProperties: false,
    properties: {
      max_attempts: { type: 'integer', minimum: 1, maximum: 100, description: 'Runs in all. Default: 3.' },
      initial_delay_secs: { type: 'integer', minimum: 0, description: 'Default: 30.' },
      backoff_multiplier: { type: 'number', minimum: 1, maximum: 1000, description: 'Default: 2.' },
      max_delay_secs: { type: 'integer', minimum: 0, description: 'Default: 300.' },
      use_jitter: { type: 'boolean', description: 'Default: true.' },
    },
  },
  Metadata: {
    type: ['object', 'null'],
    additionalProperties: true,
    description: 'Kept with the job and shown with it.',
  },
  Priority: { type: 'string', enum: wirePriorities, description: 'In any case. Default: Normal.' },
  Status: { type: 'string', enum: wireStates },
}

// -------------------------------------------------------------------------------------------------------------------

function jobType(
  type: string,
  required: readonly string[],
  properties: object,
  description?: string,
): object {
  return {
    type: 'object',
    ...(description === undefined ? {} : { description }),
    required: ['type', ...required],
    additionalProperties: false,
    properties: { type: { type: 'string', const: type }, ...properties },
  }
}
