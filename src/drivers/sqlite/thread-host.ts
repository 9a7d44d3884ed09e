import { Worker } from 'node:worker_threads'
import { type Deferred, deferred } from '../../core/abort.js'
import { RiptideError } from '../../core/errors.js'
import { errorOf } from './error-facts.js'
import type { Audience } from './hints.js'
import { MessageBatch, messagesIn } from './message-batch.js'
import type { Call, FromThread, Outcome, ToThread } from './protocol.js'
import type { HostEvents, HostFacts, HostStart, RunningHost } from './running-host.js'
import { closingMs, within } from './within.js'

/** A host in a worker thread: nobody here waits for the disk. */
export function runInThread(start: HostStart, events: HostEvents): RunningHost {
  return new ThreadHost(start, events)
}

// -------------------------------------------------------------------------------------------------------------------

/** The thread keeps the process alive only while something is asked of it. */
class ThreadHost implements RunningHost {
  readonly #worker: Worker
  readonly #events: HostEvents
  readonly #opened: Deferred<HostFacts> = deferred()
  readonly #ended: Deferred<void> = deferred()
  readonly #batch: MessageBatch<ToThread>
  readonly #asked = new Map<number, (outcome: Outcome) => void>()
  readonly #threadUrl: string | undefined
  #isOpen = false
  #isClosing = false
  #calls = 0
  #fault: unknown

  constructor(start: HostStart, events: HostEvents) {
    this.#events = events
    this.#threadUrl = start.options.threadUrl
    this.#opened.promise.catch(() => undefined)
    this.#worker = startWorker(start)
    this.#batch = new MessageBatch((texts) => this.#worker.postMessage(texts))
    this.#worker.on('message', (posted) => {
      for (const message of messagesIn<FromThread>(posted)) this.#take(message)
    })
    this.#worker.once('error', (fault) => (this.#fault = fault))
    this.#worker.once('exit', () => this.#end())
  }

  get opened(): Promise<HostFacts> {
    return this.#opened.promise
  }

  call(call: Call, settle: (outcome: Outcome) => void): void {
    const n = ++this.#calls
    this.#batch.put({ kind: 'call', n, call })
    if (this.#asked.size === 0) this.#worker.ref()
    this.#asked.set(n, settle)
  }

  setAudience(audience: Audience): void {
    this.#batch.put({ kind: 'audience', audience })
  }

  async close(): Promise<void> {
    if (!this.#isClosing) this.#batch.put({ kind: 'close' })
    this.#isClosing = true
    this.#worker.ref()
    await within(closingMs, this.#ended.promise)
    this.#worker.unref()
    // It ends itself, between two calls of SQLite: ended from here within one that fails, libsql would abort the process.
    // One that hangs in a call of the system hears it after that, so nobody waits for it.
    this.#batch.put({ kind: 'end' })
  }

  #take(message: FromThread): void {
    if (message.kind === 'answer') this.#settle(message.n, { kind: 'answer', value: message.value })
    else if (message.kind === 'failure')
      this.#settle(message.n, { kind: 'failure', error: errorOf(message.error) })
    else if (message.kind === 'posts') this.#events.deliver(message.posts)
    else if (message.kind === 'log') this.#events.logger[message.level](message.message, message.fields)
    else if (message.kind === 'opened') this.#open(message.facts)
    else this.#refuse(errorOf(message.error))
  }

  #open(facts: HostFacts): void {
    this.#isOpen = true
    this.#opened.resolve(facts)
    this.#letGo()
  }

  #refuse(error: RiptideError): void {
    this.#isClosing = true
    this.#opened.reject(error)
    this.#failAll(error)
  }

  #settle(n: number, outcome: Outcome): void {
    const settle = this.#asked.get(n)
    this.#asked.delete(n)
    this.#letGo()
    settle?.(outcome)
  }

  #letGo(): void {
    if (this.#isOpen && this.#asked.size === 0 && !this.#isClosing) this.#worker.unref()
  }

  #end(): void {
    const isMissing = !this.#isOpen && isModuleNotFound(this.#fault)
    const error = isMissing ? missing(this.#threadUrl, this.#fault) : gone(this.#fault)
    this.#opened.reject(error)
    this.#failAll(error)
    this.#ended.resolve()
    if (!this.#isClosing) this.#events.onDeath(error)
  }

  #failAll(error: RiptideError): void {
    const settles = [...this.#asked.values()]
    this.#asked.clear()
    for (const settle of settles) settle({ kind: 'failure', error })
  }
}

function startWorker({ options, ...start }: HostStart): Worker {
  // Nothing of the app's is loaded there: what it preloads would run a second time. That Node's own SQLite is an experiment in
  // Node 22 is said by the guide, and not again by each thread.
  const execArgv = ['--disable-warning=ExperimentalWarning']
  const workerOptions = { workerData: { ...start, options }, name: 'riptide-sqlite', execArgv }
  try {
    // In these very words, by which bundlers know that it is an entry of its own.
    if (options.threadUrl === undefined)
      return new Worker(new URL('./thread.js', import.meta.url), workerOptions)
    return new Worker(new URL(options.threadUrl), workerOptions)
  } catch (cause) {
    throw new RiptideError('STORE_UNAVAILABLE', 'SQLite: the thread of the queue cannot be started', {
      retryable: true,
      cause,
    })
  }
}

/** `require` and `import` have a code each. */
function isModuleNotFound(fault: unknown): boolean {
  if (!(fault instanceof Error) || !('code' in fault)) return false
  return fault.code === 'MODULE_NOT_FOUND' || fault.code === 'ERR_MODULE_NOT_FOUND'
}

function missing(threadUrl: string | undefined, cause: unknown): RiptideError {
  const where = threadUrl === undefined ? 'beside the driver' : `at ${threadUrl}`
  return new RiptideError(
    'CONFIG_INVALID',
    `SQLite: the entry of the queue's thread is not ${where}; bundle riptide-workers/sqlite/thread as an entry of its own ` +
      'and name it in threadUrl',
    { path: '/threadUrl', cause },
  )
}

function gone(fault: unknown): RiptideError {
  return new RiptideError('STORE_UNAVAILABLE', 'SQLite: the thread of the queue ended; it is started again', {
    retryable: true,
    ...(fault === undefined ? {} : { cause: fault }),
  })
}
