import { parseArgs } from 'node:util'

const known = ['memory', 'crawl', 'extract', 'redis', 'sqlite']
const usage = `usage: npm run bench -- [${known.join('] [')}] [--rounds=3] [--jobs=N]
redis, sqlite and crawl: [--only=<row> ...]; redis: [--queues=<queue> ...]`

/** What the command line asks for; ends the process with the usage when it cannot be read. */
export function readOptions(args) {
  const text = { type: 'string' }
  const list = { type: 'string', multiple: true, default: [] }
  try {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: { rounds: { ...text, default: '3' }, jobs: text, only: list, queues: list },
    })
    const unknown = positionals.filter((name) => !known.includes(name))
    if (unknown.length > 0) throw new Error(`no group ${unknown.join(', ')}`)
    return {
      groups: positionals.length > 0 ? positionals : known,
      rounds: wholeNumber('rounds', values.rounds),
      jobs: values.jobs === undefined ? undefined : wholeNumber('jobs', values.jobs),
      only: values.only.flatMap((one) => one.split(',')),
      queues: values.queues.flatMap((one) => one.split(',')),
    }
  } catch (error) {
    console.error(`${error.message}\n${usage}`)
    process.exit(2)
  }
}

// -------------------------------------------------------------------------------------------------------------------

function wholeNumber(name, value) {
  const number = Number(value)
  if (!Number.isInteger(number) || number < 1) throw new Error(`--${name} is a whole number; got ${value}`)
  return number
}
