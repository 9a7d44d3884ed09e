import { wirePriorities, wireStates } from '../wire-words.js'
import { request } from './operation.js'
import { spiderOptions } from './spider-schemas.js'
import { scheduleFields, submissionFields } from './term-schemas.js'

const ownId = {
  type: ['string', 'null'],
  pattern: '^[A-Za-z0-9_.~-]{1,200}$',
  description: 'Sent again with the same content, it makes no second job. Default: a new one.',
}

/**
 * JSON Schemas (2020-12) of what the routes take. Defaults stand in the descriptions: generators of clients make a field
 * with a `default` one that must be given.
 */
export const requestSchemas = {
  JobSubmission: request(
    { job_type: { $ref: '#/components/schemas/JobType' }, job_id: ownId, ...submissionFields },
    ['job_type'],
  ),
  ScheduleSubmission: request(
    {
      name: {
        type: 'string',
        pattern: '^[A-Za-z0-9_.~-]{1,200}$',
        description: 'Unique; the same name again changes the schedule.',
      },
      cron_expression: { type: 'string', description: 'Five fields, or six with seconds in front.' },
      timezone: { type: ['string', 'null'], description: 'IANA name, such as Europe/Paris. Default: UTC.' },
      job_template: { $ref: '#/components/schemas/JobType' },
      enabled: { type: 'boolean', description: 'Default: true; of a schedule that stands, as it is.' },
      ...scheduleFields,
    },
    ['name', 'cron_expression', 'job_template'],
  ),
  JobType: {
    oneOf: [
      'SingleCrawl',
      'BatchCrawl',
      'SpiderCrawl',
      'Maintenance',
      'CustomJob',
      'PdfExtraction',
      'TemplateJob',
    ].map((name) => ({ $ref: `#/components/schemas/${name}` })),
    discriminator: {
      propertyName: 'type',
      mapping: {
        single_crawl: '#/components/schemas/SingleCrawl',
        batch_crawl: '#/components/schemas/BatchCrawl',
        spider_crawl: '#/components/schemas/SpiderCrawl',
        maintenance: '#/components/schemas/Maintenance',
        custom: '#/components/schemas/CustomJob',
        pdf_extraction: '#/components/schemas/PdfExtraction',
        template: '#/components/schemas/TemplateJob',
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
  SpiderCrawl: jobType(
    'spider_crawl',
    [],
    {
      url: { type: 'string', format: 'uri' },
      urls: { type: 'array', minItems: 1, items: { type: 'string' } },
      options: { $ref: '#/components/schemas/CrawlOptions' },
    },
    'One of `url` and `urls`: where to begin. Its result is a SpideredSite.',
  ),
  Maintenance: jobType('maintenance', ['task_type'], {
    task_type: { type: 'string', enum: ['cache_cleanup', 'prune_results', 'health_check', 'reseal'] },
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
      options: { $ref: '#/components/schemas/PdfOptions' },
    },
    'One of `url` and `pdf_data`. Its result is an ExtractedPdf.',
  ),
  TemplateJob: jobType('template', ['template'], {
    template: { type: 'string', pattern: '^[A-Za-z0-9_.~-]{1,100}$', description: 'Its name.' },
    version: {
      oneOf: [{ type: 'integer', minimum: 1 }, { type: 'string', const: 'latest' }, { type: 'null' }],
      description:
        'Default: the newest. A schedule keeps the version it was made with, or follows with `latest`.',
    },
    parameters: { type: ['object', 'null'], additionalProperties: true },
  }),
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
        enum: ['read_through', 'enabled', 'bypass', 'refresh', 'revalidate', 'only_cached', null],
        description:
          'read_through (the default) and enabled: a fresh stored result, else fetch and store; bypass: neither read nor write; refresh: fetch and store; revalidate: ask the server whether what is stored still holds; only_cached: what is stored, and no request.',
      },
      output_format: { type: ['string', 'null'], enum: ['document', 'markdown', 'text', 'html', null] },
      timeout_secs: {
        type: ['integer', 'null'],
        minimum: 1,
        maximum: 3600,
        description: 'Longest time for one page.',
      },
      skip_extraction: { type: ['boolean', 'null'] },
      headers: {
        type: ['object', 'null'],
        maxProperties: 50,
        additionalProperties: { type: 'string' },
        description: 'Sent to the origins of the urls, and to no other that these lead to.',
      },
      cookies: { type: ['boolean', 'null'], description: 'A jar for this job alone, and no cache.' },
      proxy: { type: ['string', 'null'], description: 'The name of one of the proxies of the service.' },
      ...spiderOptions,
    },
  },
  PdfOptions: {
    type: ['object', 'null'],
    description: "Other keys are named in the result's `warnings`.",
    additionalProperties: true,
    properties: {
      max_pages: {
        type: ['integer', 'null'],
        minimum: 1,
        description: "Default and cap: the service's maxPdfPages.",
      },
      timeout_secs: {
        type: ['integer', 'null'],
        minimum: 1,
        maximum: 3600,
        description: "Longest time to read it. Default and cap: the service's pdfTimeoutMs.",
      },
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
