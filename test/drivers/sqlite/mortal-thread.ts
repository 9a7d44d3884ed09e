import { parentPort, workerData } from 'node:worker_threads'
import '../../../src/drivers/sqlite/thread.js'

// The worker thread of a queue, which dies of words that it hears, or in its first life would say: so a test chooses the moment.
const port = parentPort
if (port !== null) {
  const post = port.postMessage.bind(port)
  const isFirst = (workerData as { readonly replaces: number | null }).replaces === null
  port.on('message', (text) => {
    if (String(text).includes('die-before')) process.exit(1)
    if (String(text).includes('throw-before')) throw new Error('a fault in the thread')
  })
  port.postMessage = (text: unknown) => {
    if (isFirst && String(text).includes('die-after')) process.exit(1)
    post(text)
  }
}
