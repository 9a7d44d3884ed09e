import { type Operation, json, query, ref } from './operation.js'

/** The routes about job templates. */
export const templateOperations = {
  putTemplate: {
    tags: ['templates'],
    summary: 'Add a template, or a version of it',
    description:
      'What says the same as the newest version is that version. Schedules keep the version they were made with, unless they follow the latest.',
    body: {
      schema: ref('TemplateSubmission'),
      examples: {
        page: {
          value: {
            job_template: { type: 'single_crawl', url: 'https://{{host}}/{{path}}' },
            parameters: { host: { type: 'string' }, path: { type: 'string', default: '' } },
            priority: 'Low',
          },
        },
      },
    },
    answers: { 200: json('The version that stands.', ref('Template')) },
    errors: [],
  },
  listTemplates: {
    tags: ['templates'],
    summary: 'List the templates',
    answers: { 200: json('The newest version of each.', { type: 'array', items: ref('Template') }) },
    errors: [],
  },
  getTemplate: {
    tags: ['templates'],
    summary: 'Look at a template',
    parameters: [query('version', 'Default: the newest.', { type: 'integer', minimum: 1 })],
    answers: { 200: json('That version.', ref('Template')) },
    errors: [422],
  },
  removeTemplate: {
    tags: ['templates'],
    summary: 'Remove all versions of a template',
    description: '409 while a schedule follows its latest version.',
    answers: { 204: { description: 'It is gone.' } },
    errors: [409],
  },
} satisfies Readonly<Record<string, Operation>>
