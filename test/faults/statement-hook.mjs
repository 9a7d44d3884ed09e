// Stands between whatever uses node:sqlite in this thread and SQLite, and sees each statement that may change something.
import { DatabaseSync, StatementSync } from 'node:sqlite'

const listeners = new Set()
const connections = new Set()

/** Calls `listener` with the text of each statement that has run. */
export function onStatement(listener) {
  listeners.add(listener)
}

/** From now on no connection has room for more pages than there are; with false they have it again. */
export function limitPages(isLimited) {
  for (const connection of connections) {
    const { page_count: pages } = connection.prepare('PRAGMA page_count').get()
    connection.exec(`PRAGMA max_page_count = ${isLimited ? pages : 2 ** 30}`)
  }
}

/** Kills this process behind so many statements from now. */
export function dieAfter(count) {
  let left = count
  onStatement(() => --left <= 0 && process.kill(process.pid, 'SIGKILL'))
}

// -------------------------------------------------------------------------------------------------------------------

function hook(prototype, name, textOf) {
  const original = prototype[name]
  prototype[name] = function (...args) {
    const value = original.apply(this, args)
    const text = textOf(this, args)
    if (!/^\s*(SELECT|PRAGMA)\b/i.test(text)) for (const listener of listeners) listener(text)
    return value
  }
}

hook(DatabaseSync.prototype, 'exec', (connection, [text]) => {
  connections.add(connection)
  return text
})
for (const name of ['run', 'get', 'all'])
  hook(StatementSync.prototype, name, (statement) => statement.sourceSQL)
