import assert from 'node:assert/strict'
import { RiptideError } from '../../core/errors.js'
import type {
  ExportAnswer,
  ExportRequest,
  ImportAnswer,
  ImportRequest,
  Imported,
  JobRecord,
  MovingIdentity,
  MovingJob,
  QueueAdapter,
  QueueMoving,
  WithdrawAnswer,
  WithdrawRequest,
  Withdrawn,
} from '../../core/queue-adapter.js'
import { canMove } from '../../core/queue-move.js'
import { isFinal } from '../../core/states.js'
import type { Stage } from './stage.js'

export type MovableQueue = QueueAdapter & QueueMoving

/** The same queue, with the verbs for moving, which it must have. */
export function movable(queue: QueueAdapter): MovableQueue {
  if (canMove(queue)) return queue
  throw new RiptideError('NOT_SUPPORTED', `a ${queue.kind} queue lacks verbs of QueueMoving`)
}

/** The way from one store to another, and what goes along it: the verbs with everything filled in that a case does not care for. */
export class Road {
  readonly from: MovableQueue
  readonly to: MovableQueue
  readonly #move: string
  #step = 0
  #last: string | null = null

  constructor(from: QueueAdapter, to: QueueAdapter, move = 'move') {
    this.from = movable(from)
    this.to = movable(to)
    this.#move = move
  }

  /** From the queue of the stage to one on another store. */
  static async away(stage: Stage): Promise<Road> {
    return new Road(stage.queue, await stage.elsewhere())
  }

  /** From a queue on another store to that of the stage. */
  static async here(stage: Stage): Promise<Road> {
    return new Road(await stage.elsewhere(), stage.queue)
  }

  /** Jobs that one step can carry. */
  get mostAtOnce(): number {
    return Math.min(this.from.limits.items, this.to.limits.items, 256)
  }

  export(part: Partial<ExportRequest> = {}): Promise<ExportAnswer> {
    return this.from.exportJobs({ cursor: null, items: this.mostAtOnce, bytes: 1_000_000, ...part })
  }

  /** All that can be exported, each job once, in the order in which they first come up. */
  async exportAll(items = this.mostAtOnce): Promise<readonly MovingJob[]> {
    const jobs = new Map<string, MovingJob>()
    for (let cursor: string | null = null; ;) {
      const page: ExportAnswer = await this.export({ cursor, items })
      for (const job of page.jobs) if (!jobs.has(job.record.id)) jobs.set(job.record.id, job)
      cursor = page.cursor
      if (cursor === null) return [...jobs.values()]
    }
  }

  async exportOne(id: string): Promise<MovingJob> {
    const job = (await this.exportAll()).find(({ record }) => record.id === id)
    assert.ok(job, `the job ${id} is exported`)
    return job
  }

  /** The next withdrawal, not yet sent. */
  withdrawal(jobs: readonly MovingJob[], part: Partial<WithdrawRequest> = {}): WithdrawRequest {
    const token = `withdrawal-${++this.#step}`
    const refs = jobs.map(({ record, revision }) => ({ id: record.id, revision }))
    return { token, after: this.#last, text: token, jobs: refs, schedules: [], ...part }
  }

  /** Sends it; what became of the jobs. */
  async withdraw(
    jobs: readonly MovingJob[],
    part: Partial<WithdrawRequest> = {},
  ): Promise<readonly Withdrawn[]> {
    const request = this.withdrawal(jobs, part)
    const answer: WithdrawAnswer = await this.from.withdraw(request)
    assert.equal(answer.kind, 'done', 'the withdrawal goes ahead')
    this.#last = request.token
    return request.schedules.length > 0 ? answer.schedules : answer.jobs
  }

  /** Takes a job away, as though it went elsewhere. */
  async take(id: string): Promise<void> {
    const last = await this.from.withdrawal()
    await this.withdraw([await this.exportOne(id)], { token: `take-${id}`, after: last?.token ?? null })
  }

  /** Begins the move in the other store. */
  async begin(): Promise<void> {
    const { newest } = await this.export({ items: 1 })
    await this.send({ step: 0, room: newest })
  }

  send(part: Partial<ImportRequest> & Pick<ImportRequest, 'step'>): Promise<ImportAnswer> {
    return this.to.importJobs({ move: this.#move, room: 0, jobs: [], schedules: [], ...part })
  }

  /** Sends the next step, which must be done; what became of the jobs, or else of the schedules. */
  async import(part: Partial<ImportRequest>): Promise<readonly Imported[]> {
    const answer = await this.send({ step: ++this.#step, ...part })
    assert.equal(answer.kind, 'done', 'the step is done')
    return (part.schedules ?? []).length > 0 ? answer.schedules : answer.jobs
  }

  /** Brings over all that can be moved, as `migrate` does but for its cautions: jobs first. */
  async travel(items = this.mostAtOnce): Promise<void> {
    await this.begin()
    for (let cursor: string | null = null; ;) {
      const page: ExportAnswer = await this.export({ cursor, items })
      const answers = await this.withdraw(page.jobs)
      await this.import({ jobs: page.jobs.filter((_, i) => answers[i] === 'gone') })
      cursor = page.cursor
      if (cursor === null) break
    }
    const schedules = await this.from.schedules()
    const answers = await this.withdraw([], { schedules })
    await this.import({ schedules: schedules.filter((_, i) => answers[i] === 'gone') })
  }
}

/** What the other store is asked of a job that is to come. */
export function identityOf({ record, token, digest }: MovingJob): MovingIdentity {
  const { id, fence, status, dedupeKey } = record
  return { id, token, digest, fence, dedupeKey: isFinal(status) ? null : dedupeKey }
}

/** What is asked of the record of a job when it has arrived. */
export function lookOf(record: JobRecord | null): unknown {
  assert.ok(record, 'the job is there')
  return JSON.parse(JSON.stringify(record)) as unknown
}
