import { type Operation, json, ref } from './operation.js'

const partExamples = { type: { summary: 'Only one type of job', value: { job_type: 'invoice' } } }

/** The routes about the queue as a whole. */
export const queueOperations = {
  getQueueStats: {
    tags: ['operation'],
    summary: 'Count the jobs by state',
    answers: { 200: json('The counts.', ref('QueueStats')) },
    errors: [],
  },
  pauseQueue: {
    tags: ['operation'],
    summary: 'Let nothing start any more',
    description:
      'In the whole fleet, until it is resumed; what runs goes on. Without a body, the whole queue; the pauses of types are apart.',
    body: { schema: ref('QueuePart'), examples: partExamples },
    answers: { 200: json('What is paused.', ref('Pauses')) },
    errors: [],
  },
  resumeQueue: {
    tags: ['operation'],
    summary: 'Let jobs start again',
    description: 'Without a body, the whole queue; types that are paused stay so.',
    body: { schema: ref('QueuePart'), examples: partExamples },
    answers: { 200: json('What is paused.', ref('Pauses')) },
    errors: [],
  },
  drainQueue: {
    tags: ['operation'],
    summary: 'Pause, and wait until nothing runs',
    description: '503 TIMEOUT when something still runs after that time: it is paused, so ask again.',
    body: { schema: ref('Drain'), examples: { minute: { value: { timeout_ms: 60_000 } } } },
    answers: { 200: json('Nothing runs; what is paused.', ref('Pauses')) },
    errors: [],
  },
} satisfies Readonly<Record<string, Operation>>
