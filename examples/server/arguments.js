const usage = 'usage: npm start -- [--once] [--allow-private] [url ...]'

/** What stands on the command line; ends the process with the usage when that is not understood. */
export function readArguments(words) {
  const flags = words.filter((word) => word.startsWith('-'))
  const unknown = flags.filter((flag) => !['--once', '--allow-private'].includes(flag))
  if (unknown.length > 0) {
    console.error(`unknown option ${unknown.join(', ')}\n${usage}`)
    process.exit(2)
  }
  return {
    urls: words.filter((word) => !word.startsWith('-')),
    once: flags.includes('--once'),
    allowPrivate: flags.includes('--allow-private'),
  }
}

/** The port to listen on; ends the process when the variable holds something else. */
export function readPort(text = '') {
  if (text === '') return 8080
  const port = Number(text)
  if (/^\d+$/.test(text) && port <= 65535) return port
  console.error(`PORT must be a number from 0 to 65535; got ${JSON.stringify(text)}`)
  process.exit(2)
}
