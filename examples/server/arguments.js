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
