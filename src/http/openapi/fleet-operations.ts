import { type Operation, json, query, ref } from './operation.js'

/** The routes about those who work, and how they do. */
export const fleetOperations = {
  getWorkerStats: {
    tags: ['operation'],
    summary: "Count the fleet's workers",
    description: '503 when this service is not started and no other worker is alive.',
    answers: { 200: json('The counts.', ref('WorkerStats')) },
    errors: [],
  },
  getScale: {
    tags: ['operation'],
    summary: 'Ask how many workers the fleet should have',
    description: 'For those who start and stop processes, such as the metrics-api scaler of KEDA.',
    parameters: [
      query('target_p95_wait_ms', 'How long 95 % of the jobs may wait.', {
        type: 'integer',
        minimum: 1,
        maximum: 86_400_000,
      }),
    ],
    answers: { 200: json('The advice, with what it is made of.', ref('Scale')) },
    errors: [422],
  },
  getMetrics: {
    tags: ['operation'],
    summary: "Read the fleet's metrics",
    answers: { 200: json('The metrics.', ref('Metrics')) },
    errors: [],
  },
  getHealth: {
    tags: ['operation'],
    summary: 'Ask whether the queue, the workers and the scheduler are well',
    description: 'The same body with 503 when one of them is not.',
    answers: {
      200: json('All is well.', ref('Health')),
      503: {
        description: 'Something is not well, or not there to be asked.',
        content: {
          'application/json': { schema: ref('Health') },
          'application/problem+json': { schema: ref('Problem') },
        },
      },
    },
    errors: [],
  },
  getOpenApi: {
    tags: ['operation'],
    summary: 'This document',
    answers: { 200: json('An OpenAPI 3.1 document.', { type: 'object' }) },
    errors: [],
  },
} satisfies Readonly<Record<string, Operation>>
