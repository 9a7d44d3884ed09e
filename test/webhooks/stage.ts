import { createHmac, timingSafeEqual } from 'node:crypto'
import type { JobContext } from '../../src/core/handler.js'
import type { Notice } from '../../src/core/job-terms.js'
import { newId } from '../../src/core/random.js'
import { checkUrl } from '../../src/crawl/fetch/url-check.js'
import type { WebhooksPart } from '../../src/control-parts.js'
import type { WebhookDeps, WebhookRequest } from '../../src/webhooks/deps.js'
import { webhooks } from '../../src/webhooks/webhooks.js'
import { FakeClock } from '../../src/testing/fake-clock.js'
import { FakeStore } from './fake-store.js'

export interface Stage {
  readonly store: FakeStore
  readonly clock: FakeClock
  readonly part: WebhooksPart
  /** Runs the notice of an end, as the store makes it. */
  notice(notice?: Partial<Notice>, id?: string): Promise<unknown>
  /** Runs a try of the nth delivery that was submitted. */
  deliver(n?: number, retryCount?: number): Promise<unknown>
  /** Requests that were sent. */
  readonly sent: WebhookRequest[]
  readonly slots: Readonly<Record<string, number>>
}

/** Webhooks over a fake store; an answer is 200 unless the test says otherwise. */
export function stage(deps: Partial<WebhookDeps> = {}): Stage {
  const store = new FakeStore()
  const clock = new FakeClock()
  const sent: WebhookRequest[] = []
  const send: WebhookDeps['send'] =
    deps.send ?? (() => Promise.resolve({ status: 200, retryAfterMs: undefined }))
  const { part, definitions } = webhooks({
    store,
    resultOf: ({ result }) =>
      Promise.resolve(result && 'inline' in result ? { text: result.inline } : 'none'),
    checkUrl: (value, path) => checkUrl(value, path, { allowPrivateNetwork: false }),
    secret: null,
    concurrency: 10,
    clock,
    now: () => clock.now(),
    random: () => 0,
    newId: () => newId(clock.now()),
    ...deps,
    send(request) {
      sent.push(request)
      return send(request)
    },
  })
  const run = (type: string, id: string, payload: unknown, retryCount = 0): unknown => {
    const found = definitions.find(({ jobName }) => jobName === type)
    const ctx = { job: { id, retryCount }, signal: new AbortController().signal }
    return found?.definition.handler(payload, ctx as unknown as JobContext)
  }
  return {
    store,
    clock,
    part,
    sent,
    slots: Object.fromEntries(
      definitions.map(({ jobName, definition }) => [jobName, ownSlotsOf(definition)]),
    ),
    notice: async (notice = {}, id = 'notice~1~1') => {
      const usual = {
        job: 'job-1',
        type: 'invoice',
        status: 'completed',
        generation: 1,
        at: 1_700_000_001_000,
      }
      return run('riptide.notice', id, { ...usual, ...notice })
    },
    deliver: async (n = 0, retryCount = 0) => {
      const job = store.submitted[n]
      if (!job) throw new Error(`no delivery ${n}`)
      return run(job.type, job.id, JSON.parse(job.payload), retryCount)
    },
  }
}

/** Whether a request is signed as Standard Webhooks says; written from that, and not from what is tested. */
export function isSigned(
  headers: Readonly<Record<string, string | string[] | undefined>>,
  body: string | Buffer,
  secret: string,
): boolean {
  const content = Buffer.concat([
    Buffer.from(`${String(headers['webhook-id'])}.${String(headers['webhook-timestamp'])}.`),
    Buffer.from(body),
  ])
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64')
  const expected = createHmac('sha256', key).update(content).digest()
  return String(headers['webhook-signature'])
    .split(' ')
    .some((one) => {
      const [version, text = ''] = one.split(',')
      const given = Buffer.from(text, 'base64')
      return version === 'v1' && given.length === expected.length && timingSafeEqual(given, expected)
    })
}

function ownSlotsOf(definition: object): number {
  return (definition as { readonly ownSlots: number }).ownSlots
}
