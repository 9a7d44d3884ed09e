import { type MessagePort, parentPort, workerData } from 'node:worker_threads'
import type { Logger } from '../../core/logger.js'
import { factsOf } from './error-facts.js'
import { type Host, openHost } from './host.js'
import { MessageBatch, messagesIn } from './message-batch.js'
import type { FromThread, ToThread } from './protocol.js'
import type { HostStart } from './running-host.js'

// The entry of the worker thread: a host of its own, spoken to by messages. See thread-host.ts for the other side.
if (parentPort !== null) serve(parentPort, workerData as HostStart)

// -------------------------------------------------------------------------------------------------------------------

type Say = (message: FromThread) => void
type ToHost = Exclude<ToThread, { kind: 'end' }>

function serve(port: MessagePort, start: HostStart): void {
  const batch = new MessageBatch<FromThread>((texts) => port.postMessage(texts))
  const say: Say = (message) => batch.put(message)
  const end = (): void => port.close()
  let host: Host | undefined
  let early: ToHost[] = []
  const take = (message: ToHost, at: Host): void => {
    if (message.kind === 'call') answer(at, message, say)
    else if (message.kind === 'audience') at.setAudience(message.audience)
    else at.close().then(end, end)
  }
  port.on('message', (posted) => {
    for (const message of messagesIn<ToThread>(posted)) {
      // In a worker thread this ends the thread.
      if (message.kind === 'end') process.exit(0)
      if (host === undefined) early.push(message)
      else take(message, host)
    }
  })
  openHost(start, { logger: loggerTo(say), deliver: (posts) => say({ kind: 'posts', posts }) }).then(
    (opened) => {
      host = opened
      say({ kind: 'opened', facts: opened.facts })
      for (const message of early) take(message, opened)
      early = []
    },
    (thrown: unknown) => {
      say({ kind: 'refused', error: factsOf(thrown) })
      // After what was said, which goes in a microtask.
      queueMicrotask(end)
    },
  )
}

function answer(host: Host, { n, call }: Extract<ToThread, { kind: 'call' }>, say: Say): void {
  const fail = (error: unknown): void => say({ kind: 'failure', n, error: factsOf(error) })
  host.call(call, (outcome) => {
    if (outcome.kind === 'failure') return fail(outcome.error)
    try {
      say({ kind: 'answer', n, value: outcome.value })
    } catch (tooLarge) {
      fail(tooLarge)
    }
  })
}

function loggerTo(say: Say): Logger {
  const level =
    (name: keyof Logger): Logger[keyof Logger] =>
    (message, fields = {}) =>
      say({ kind: 'log', level: name, message, fields })
  return { debug: level('debug'), info: level('info'), warn: level('warn'), error: level('error') }
}
