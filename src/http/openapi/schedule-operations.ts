import { type Operation, json, query, ref } from './operation.js'

const slots = { next_executions: ['2026-03-09T08:00:00.000Z', '2026-03-10T08:00:00.000Z'] }

/** The routes about schedules. */
export const scheduleOperations = {
  addSchedule: {
    tags: ['schedules'],
    summary: 'Add a schedule, or change the one of this name',
    body: {
      schema: ref('ScheduleSubmission'),
      examples: {
        daily: {
          value: {
            name: 'daily_crawl',
            cron_expression: '0 0 * * *',
            job_template: { type: 'batch_crawl', urls: ['https://news.ycombinator.com'], options: null },
            priority: 'Normal',
            enabled: true,
          },
        },
      },
    },
    answers: { 200: json('The schedule as it stands.', ref('Schedule')) },
    errors: [],
  },
  listSchedules: {
    tags: ['schedules'],
    summary: 'List the schedules',
    answers: { 200: json('All of them.', { type: 'array', items: ref('Schedule') }) },
    errors: [],
  },
  changeSchedule: {
    tags: ['schedules'],
    summary: 'Stop a schedule, or let it go on',
    body: { schema: ref('ScheduleChange'), examples: { stop: { value: { enabled: false } } } },
    answers: { 200: json('The schedule as it stands.', ref('Schedule')) },
    errors: [],
  },
  removeSchedule: {
    tags: ['schedules'],
    summary: 'Remove a schedule',
    description: 'Jobs that it made go on.',
    answers: { 204: { description: 'It is gone.' } },
    errors: [],
  },
  runSchedule: {
    tags: ['schedules'],
    summary: 'Make a job of a schedule now, beside its slots',
    answers: { 200: json('The job was stored.', ref('Submitted')) },
    errors: [],
  },
  previewSchedule: {
    tags: ['schedules'],
    summary: 'Tell the next slots of a schedule',
    parameters: [query('count', 'How many.', { type: 'integer', minimum: 1, maximum: 1_000, default: 10 })],
    answers: { 200: json('The slots, the next one first.', ref('CronSlots'), slots) },
    errors: [422],
  },
  previewCron: {
    tags: ['schedules'],
    summary: 'Tell the next slots of a schedule that is not made yet',
    description: 'Changes nothing.',
    body: {
      schema: ref('CronPreview'),
      examples: {
        workdays: { value: { cron_expression: '0 9 * * MON-FRI', timezone: 'Europe/Paris', count: 2 } },
      },
    },
    answers: { 200: json('The slots, the next one first.', ref('CronSlots'), slots) },
    errors: [],
  },
} satisfies Readonly<Record<string, Operation>>
