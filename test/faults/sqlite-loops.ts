import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { tempDirectory } from '../drivers/sqlite/drivers-here.js'
import { nodeForSharing, pathOf } from '../nodes/other-node.js'
import { ChildProgram } from './child-program.js'
import type { Contents } from './fleet-store.js'

/** One call of a loop that was answered. */
export interface Acknowledged {
  readonly what: 'created' | 'completed'
  readonly ids: readonly string[]
}

/** Processes that submit and run jobs in a file as fast as they can, and what they wrote down. They end with their test. */
export class SqliteLoops {
  readonly folder = tempDirectory()
  readonly path = join(this.folder, 'jobs.db')
  readonly #log = join(this.folder, 'acknowledged')
  #made = 0

  /** Starts one more, which is at work when this resolves. */
  async start(): Promise<Loop> {
    const name = `loop${++this.#made}`
    const phase = join(this.folder, `${name}-phase`)
    const setting = { queue: { path: this.path, synchronous: 'full' }, name, log: this.#log, phase }
    const child = new ChildProgram('sqlite-loop-program.mjs', setting, { node: pathOf(nodeForSharing()) })
    await child.ready()
    await child.ask('start')
    return {
      child,
      isWriting: () => readFileSync(phase, 'utf8') === 'B',
      made: (id) => id?.startsWith(`${name}-`) ?? false,
    }
  }

  /** What was acknowledged, in the order of each process. */
  acknowledged(): Acknowledged[] {
    return this.#lines().flatMap(([what, ...ids]) =>
      what === 'created' || what === 'completed' ? [{ what, ids }] : [],
    )
  }

  /** What went wrong in them. */
  errors(): string[] {
    return this.#lines().flatMap(([what, ...words]) => (what === 'error' ? [words.join(' ')] : []))
  }

  /** A line that a killed process did not finish is left out. */
  #lines(): string[][] {
    const lines = readFileSync(this.#log, 'utf8').split('\n').slice(0, -1)
    return lines.map((line) => line.split(' '))
  }
}

export interface Loop {
  readonly child: ChildProgram
  /** Whether it is, or was when it ended, in the middle of a transaction. */
  readonly isWriting: () => boolean
  /** Whether it submitted this job. */
  readonly made: (id: string | undefined) => boolean
}

/** What was acknowledged and is not so in the file, a sentence each. */
export function missing(acknowledged: readonly Acknowledged[], { jobs }: Contents): string[] {
  return acknowledged.flatMap(({ what, ids }) =>
    ids.flatMap((id) => {
      const status = jobs.get(id)?.status
      if (status === undefined) return [`${id} is lost`]
      return what === 'completed' && status !== 'completed' ? [`${id} completed, and is ${status}`] : []
    }),
  )
}
