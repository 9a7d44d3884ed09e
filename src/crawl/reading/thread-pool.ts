import type { Piscina } from 'piscina'
import { abortable, deferred, throwIfAborted } from '../../core/abort.js'
import type { Clock } from '../../core/clock.js'
import { RiptideError, describe } from '../../core/errors.js'
import type { ThreadTasks } from './crawl-thread.js'
import { createLine } from './line.js'
import { createEnd } from './task-end.js'

export interface ThreadPoolOptions {
  readonly maxThreads: number
  /** The most that the heap of one thread may hold. */
  readonly heapMb: number
  /** An entry other than the one that lies beside this file. */
  readonly threadUrl: string | undefined
  readonly clock: Clock
  /** What its tasks read, for the errors. @default 'page' */
  readonly subject?: string | undefined
}

/** What a task is given beside its input. */
export interface ThreadRun {
  /** Buffers of the input that are moved to the thread, not copied. */
  readonly transfer: readonly ArrayBuffer[]
  /** The thread of a task that takes longer is ended. */
  readonly timeoutMs: number
  /** Called when the task does not wait any more. */
  readonly begin?: (() => void) | undefined
  /** Takes the task out of the line, or ends its thread, at once. */
  readonly signal?: AbortSignal | undefined
  /**
   * The most by which the process may grow meanwhile, in MB, beside the heap of the app's own thread; the thread of a task is
   * ended beyond it. For tasks that allocate beside the heap of their thread. @default no such limit
   */
  readonly growthMb?: number | undefined
}

/** Threads that run the tasks of `crawl-thread.ts`, one at a time each. */
export interface ThreadPool {
  /**
   * Runs a task when a thread is free. EXTRACTION_FAILED when it throws, takes too long, needs too much memory or ends its
   * thread, which costs no other task anything; CONFIG_INVALID, before anything is moved, when threads cannot be started. Rejects
   * with the signal's reason as soon as that aborts.
   */
  run<K extends keyof ThreadTasks>(
    name: K,
    input: Parameters<ThreadTasks[K]>[0],
    run: ThreadRun,
  ): Promise<Awaited<ReturnType<ThreadTasks[K]>>>
  /** Ends all threads; a later task starts them anew. */
  close(): Promise<void>
}

/** A pool that starts its threads when they are needed, and ends them when nothing was asked of them for a while. */
export function createThreadPool(options: ThreadPoolOptions): ThreadPool {
  const { maxThreads, heapMb, threadUrl, clock, subject = 'page' } = options
  let opening: Promise<Piscina> | undefined
  let stopIdle: (() => void) | undefined
  // The pool's own queue would start the time of a task while it still waits.
  const line = createLine(maxThreads)
  const failed = (what: string, cause: unknown): RiptideError =>
    new RiptideError('EXTRACTION_FAILED', `the ${subject} ${what}`, { cause })

  const close = async (): Promise<void> => {
    stopIdle?.()
    const closing = opening
    opening = undefined
    const pool = await closing?.catch(() => undefined)
    await pool?.destroy()
  }
  const open = (): Promise<Piscina> => {
    stopIdle?.()
    if (opening) return opening
    const started = startPool({ maxThreads, heapMb, threadUrl })
    opening = started
    started.catch(() => {
      // The next task tries again.
      if (opening === started) opening = undefined
    })
    return started
  }
  const leave = (): void => {
    line.leave()
    if (!line.isEmpty() || opening === undefined) return
    stopIdle?.()
    stopIdle = clock.after(idleMs, () => void close().catch(() => undefined))
  }

  return {
    async run(name, input, { transfer, timeoutMs, begin, signal, growthMb }) {
      await line.enter(signal)
      const end = createEnd(signal)
      try {
        const pool = await abortable(open(), signal)
        begin?.()
        end.after(clock, timeoutMs, `took longer than ${timeoutMs} ms`)
        if (growthMb !== undefined) end.beyond(clock, growthMb, `needed more than ${growthMb} MB of memory`)
        const moved = { name, signal: end.signal, transferList: [...transfer] }
        return (await pool.run(input, moved)) as never
      } catch (error) {
        throwIfAborted(signal)
        if (error instanceof RiptideError) throw error
        throw failed(end.why() ?? faultOf(error, heapMb), error)
      } finally {
        end.forget()
        leave()
      }
    },
    close,
  }
}

// -------------------------------------------------------------------------------------------------------------------

const idleMs = 30_000

async function startPool(options: Omit<ThreadPoolOptions, 'clock'>): Promise<Piscina> {
  const { maxThreads, heapMb, threadUrl } = options
  const { Piscina } = await import('piscina')
  // In these very words, by which bundlers know that it is an entry of its own.
  const entry = threadUrl ?? new URL('./crawl-thread.js', import.meta.url).href
  const pool = new Piscina({
    filename: entry,
    minThreads: 1,
    maxThreads,
    idleTimeout: Infinity,
    resourceLimits: { maxOldGenerationSizeMb: heapMb },
    // Nothing of the app's is loaded there: what it preloads would run a second time.
    execArgv: ['--disable-warning=ExperimentalWarning'],
    recordTiming: false,
  })
  const fault = deferred<never>()
  fault.promise.catch(() => undefined)
  // A thread that dies without a task, later too, is none of any page's business: the pool starts another.
  pool.on('error', (error: unknown) => fault.reject(error as Error))
  try {
    await Promise.race([pool.run(null, { name: 'ready' }), fault.promise])
    return pool
  } catch (cause) {
    await pool.destroy()
    throw cannotStart(entry, cause)
  }
}

function cannotStart(entry: string, cause: unknown): RiptideError {
  const text =
    `the thread that reads pages cannot be started from ${entry}; bundle riptide-workers/crawl/thread as an entry of its own ` +
    'and name it in crawl.threadUrl, or set crawl.isolation to "inline"'
  return new RiptideError('CONFIG_INVALID', text, { path: '/crawl/threadUrl', cause })
}

/** What became of a thread that ended its task by itself. */
function faultOf(error: unknown, heapMb: number): string {
  const { code, message } = (error ?? {}) as { code?: unknown; message?: unknown }
  if (code === 'ERR_WORKER_OUT_OF_MEMORY') return `needed more than ${heapMb} MB of memory`
  return `could not be read: ${describe(typeof message === 'string' ? message : error)}`
}
