import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const program = fileURLToPath(new URL('program.mjs', import.meta.url))
const patienceMs = 600_000

/** A setting of the row that a queue does not know. */
export class Refused extends Error {}

/** Starts a process of a queue, connected and ready; `ask` has it do something, see the verbs of program.mjs. */
export async function startContender(name, settings) {
  const child = fork(program, [JSON.stringify([name, settings])], {
    execArgv: ['--expose-gc'],
    // Nothing of the bench's own surroundings shall decide how a queue runs.
    env: { PATH: process.env.PATH, NODE_ENV: 'production' },
  })
  const kill = () => child.kill('SIGKILL')
  process.once('exit', kill)
  const gone = once(child, 'exit')

  const first = await next()
  if (first.kind === 'refused') {
    await end()
    throw new Refused(first.text)
  }
  return { ask, end }

  async function ask(verb, given) {
    const reply = next(`${name} ${settings.role}: ${verb}`)
    child.send({ verb, given })
    return (await reply).value
  }

  /** At once, without a word to the queue: what is left is the server's to clear. */
  async function end() {
    process.off('exit', kill)
    kill()
    await gone
  }

  async function next(what = `${name} ${settings.role}: start`) {
    const done = new AbortController()
    const { signal } = done
    const tooLate = setTimeout(() => done.abort(), patienceMs)
    try {
      return await Promise.race([
        once(child, 'message', { signal }).then(([message]) => message),
        gone.then(([code]) => Promise.reject(new Error(`${what}: the process ended (${code})`))),
      ])
    } catch (error) {
      kill()
      throw error.name === 'AbortError' ? new Error(`${what}: not done in ${patienceMs} ms`) : error
    } finally {
      clearTimeout(tooLate)
      done.abort()
    }
  }
}
