import { type Operation, json, ref } from './operation.js'

/** The routes about webhooks, which are told of the ends of jobs. */
export const webhookOperations = {
  addWebhook: {
    tags: ['webhooks'],
    summary: 'Subscribe a url to the ends of jobs',
    description:
      'The answer tells the secret that deliveries are signed with (Standard Webhooks), this once. A job that was not delivered is a dead letter of type `riptide.webhook`: retry it to deliver it again.',
    body: {
      schema: ref('WebhookSubmission'),
      examples: {
        failures: {
          value: {
            url: 'https://app.example/hooks',
            events: ['job.dead_letter', 'job.cancelled'],
            job_types: ['invoice'],
            description: 'what went wrong with invoices',
          },
        },
      },
    },
    answers: { 200: json('The webhook, with its secret.', ref('Webhook')) },
    errors: [],
  },
  listWebhooks: {
    tags: ['webhooks'],
    summary: 'List the webhooks',
    answers: { 200: json('All of them.', { type: 'array', items: ref('Webhook') }) },
    errors: [],
  },
  getWebhook: {
    tags: ['webhooks'],
    summary: 'Look at a webhook',
    answers: { 200: json('The webhook, its secret masked.', ref('Webhook')) },
    errors: [],
  },
  changeWebhook: {
    tags: ['webhooks'],
    summary: 'Change a webhook',
    description: 'What is not given stays as it is, and so does the secret when the masked one is given.',
    body: {
      schema: ref('WebhookChange'),
      examples: { again: { summary: 'Switch it on again', value: { enabled: true } } },
    },
    answers: { 200: json('The webhook, its secret masked.', ref('Webhook')) },
    errors: [],
  },
  removeWebhook: {
    tags: ['webhooks'],
    summary: 'Remove a webhook',
    description: 'Deliveries that are under way end without being sent.',
    answers: { 204: { description: 'It is gone.' } },
    errors: [],
  },
  rotateWebhookSecret: {
    tags: ['webhooks'],
    summary: 'Give a webhook a new secret',
    description: 'The answer tells it, this once. For a while deliveries are signed with the old one too.',
    body: { schema: ref('SecretRotation'), examples: { atOnce: { value: { keep_old_ms: 0 } } } },
    answers: { 200: json('The webhook, with its new secret.', ref('Webhook')) },
    errors: [],
  },
} satisfies Readonly<Record<string, Operation>>
