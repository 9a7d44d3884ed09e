import type { NewJob, SubmitAnswer } from '../../src/core/queue-adapter.js'
import type { JobRecord } from '../../src/core/queue-record.js'
import type { PutSetting, Setting, SettingAnswer, SettingsQuery } from '../../src/core/queue-settings.js'
import type { WebhookStore } from '../../src/webhooks/deps.js'

/** The verbs of a store that webhooks and templates need, over plain maps; what was asked of it can be looked at. */
export class FakeStore implements WebhookStore {
  readonly limits = { items: 64, bytes: 1_000_000, inFlight: 1, wakeJitterMs: 0 }
  readonly kept = new Map<string, Setting>()
  readonly records = new Map<string, JobRecord>()
  readonly submitted: NewJob[] = []
  readonly steps: number[] = []
  /** Called before a setting is put: somebody else comes first. */
  beforePut: (() => Promise<void>) | undefined
  /** The limit that is reached. */
  full: string | undefined

  settings({ prefix, after, limit }: SettingsQuery): Promise<readonly Setting[]> {
    const found = [...this.kept.values()]
      .filter(({ key }) => key.startsWith(prefix) && (after === null || key > after))
      .sort((a, b) => (a.key < b.key ? -1 : 1))
    return Promise.resolve(found.slice(0, limit))
  }

  async putSetting({ key, text, notices, version }: PutSetting): Promise<SettingAnswer> {
    const before = this.beforePut
    this.beforePut = undefined
    await before?.()
    const standing = this.kept.get(key)?.version ?? 0
    if (standing !== version) return { kind: 'conflict', version: standing }
    this.kept.set(key, { key, text, notices, version: version + 1 })
    return { kind: 'done', version: version + 1 }
  }

  removeSetting(key: string): Promise<boolean> {
    return Promise.resolve(this.kept.delete(key))
  }

  get(id: string): Promise<JobRecord | null> {
    return Promise.resolve(this.records.get(id) ?? null)
  }

  submit(jobs: readonly NewJob[]): Promise<readonly SubmitAnswer[]> {
    this.steps.push(jobs.length)
    return Promise.resolve(jobs.map((job) => this.#take(job)))
  }

  #take(job: NewJob): SubmitAnswer {
    if (this.full !== undefined) return { kind: 'full', limit: this.full }
    const { id } = job
    const isThere = this.submitted.some((one) => one.id === id)
    if (!isThere) {
      this.submitted.push(job)
      const { type, priority, payload, options, terms = null } = job
      this.records.set(
        id,
        ended({ id, status: 'pending', type, priority, payload, options, terms, result: null }),
      )
    }
    return { kind: isThere ? 'standing' : 'created', id, status: 'pending' }
  }
}

/** A job that has completed, as its store knows it. */
export function ended(record: Partial<JobRecord> = {}): JobRecord {
  return {
    id: 'job-1',
    type: 'invoice',
    status: 'completed',
    priority: 'high',
    payload: '{}',
    options: '',
    generation: 1,
    failures: 0,
    maxAttempts: 3,
    fence: '1',
    worker: 'w/0',
    createdAt: 1_700_000_000_000,
    readyAt: 1_700_000_000_000,
    startedAt: 1_700_000_000_500,
    completedAt: 1_700_000_001_000,
    runMs: 500,
    error: null,
    cancelReason: null,
    progress: null,
    lines: [],
    dedupeKey: null,
    scheduleId: null,
    blockedBy: null,
    terms: null,
    waitsFor: [],
    result: { inline: '{"total":12}' },
    ...record,
  }
}
