import type { Clock } from '../../src/core/clock.js'
import type { QueueAdapter } from '../../src/core/queue-adapter.js'
import type { StorageAdapter } from '../../src/core/storage-adapter.js'
import { nodeForSharing, pathOf } from '../nodes/other-node.js'
import { ChildProgram } from './child-program.js'
import type { QueueSetting } from './worker-process.js'

type SqliteSetting = Omit<Extract<QueueSetting, { kind: 'sqlite' }>, 'kind'>

/** A queue on SQLite in a process of its own, which works in its only thread; here it is called as though it were here. */
export class RemoteQueue {
  readonly queue: QueueAdapter
  readonly #child: ChildProgram
  readonly #ready: Promise<unknown>
  #setting: SqliteSetting
  #clock: Clock | undefined

  constructor(setting: SqliteSetting) {
    this.#setting = { inline: true, ...setting }
    this.#child = new ChildProgram('sqlite-queue-program.mjs', {}, { node: pathOf(nodeForSharing()) })
    this.#ready = this.#child.ready()
    this.queue = this.#remoteQueue()
  }

  get isAlive(): boolean {
    return this.#child.isAlive
  }

  /** Which file it opens next. */
  set path(path: string) {
    this.#setting = { ...this.#setting, path }
  }

  /** It will die behind so many more statements that change something. */
  async dieAfter(statements: number): Promise<void> {
    await this.#ready
    await this.#child.ask('dieAfter', statements)
  }

  /** The file may have no more pages than it has; with false it may again. */
  limitPages(isLimited: boolean): Promise<unknown> {
    return this.#child.ask('limitPages', isLimited)
  }

  /** How long, in ms, its event loop was held up at most since this was last asked. */
  longestTurn(): Promise<number> {
    return this.#child.ask('longestTurn') as Promise<number>
  }

  kill(): Promise<void> {
    return this.#child.kill()
  }

  #remoteQueue(): QueueAdapter {
    return {
      kind: 'sqlite',
      limits: { items: 256, bytes: 4_000_000, inFlight: 1, wakeJitterMs: 0 },
      storage: this.#remoteStorage(),
      open: async ({ clock }) => {
        this.#clock = clock
        await this.#ready
        await this.#child.ask('open', this.#setting)
      },
      close: this.#verb('close'),
      time: this.#verb('time'),
      submit: this.#verb('submit'),
      cycle: this.#verb('cycle'),
      renew: this.#verb('renew'),
      leave: this.#verb('leave'),
      cancel: this.#verb('cancel'),
      retry: this.#verb('retry'),
      reprioritise: this.#verb('reprioritise'),
      discard: this.#verb('discard'),
      pause: this.#verb('pause'),
      resume: this.#verb('resume'),
      pauses: this.#verb('pauses'),
      keyState: this.#verb('keyState'),
      keepStep: this.#verb('keepStep'),
      steps: this.#verb('steps'),
      get: this.#verb('get'),
      list: this.#verb('list'),
      counts: this.#verb('counts'),
      metrics: this.#verb('metrics'),
      instances: this.#verb('instances'),
      prune: this.#verb('prune'),
      mend: this.#verb('mend'),
      putSchedule: this.#verb('putSchedule'),
      schedules: this.#verb('schedules'),
      removeSchedule: this.#verb('removeSchedule'),
      fire: this.#verb('fire'),
      settings: this.#verb('settings'),
      putSetting: this.#verb('putSetting'),
      removeSetting: this.#verb('removeSetting'),
      exportJobs: this.#verb('exportJobs'),
      withdraw: this.#verb('withdraw'),
      withdrawal: this.#verb('withdrawal'),
      foresee: this.#verb('foresee'),
      importJobs: this.#verb('importJobs'),
      subscribe: () => () => undefined,
    }
  }

  #remoteStorage(): StorageAdapter {
    return {
      get: this.#verb('get', 'storage'),
      set: this.#verb('set', 'storage'),
      replace: this.#verb('replace', 'storage'),
      delete: this.#verb('delete', 'storage'),
      prune: this.#verb('prune', 'storage'),
      deletePrefix: this.#verb('deletePrefix', 'storage'),
    }
  }

  /** What comes back has crossed as JSON, and is what the verb answers. */
  #verb<T>(verb: string, of: 'queue' | 'storage' = 'queue'): (...args: readonly unknown[]) => Promise<T> {
    return (...args) =>
      this.#child.ask('call', of, this.#clock?.now() ?? Date.now(), verb, ...args) as Promise<T>
  }
}
