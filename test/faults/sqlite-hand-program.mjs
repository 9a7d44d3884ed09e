// Has files of SQLite open past the library, as a stranger has.
import { DatabaseSync } from 'node:sqlite'
import { answer } from './answering.mjs'

const connections = new Map()

function connectionTo(path) {
  const known = connections.get(path) ?? new DatabaseSync(path, { timeout: 5000 })
  connections.set(path, known)
  return known
}

answer({
  exec: (path, sql) => connectionTo(path).exec(sql),
  /** The rows of several queries, all of the same instant. */
  read(path, queries) {
    const connection = connectionTo(path)
    connection.exec('BEGIN')
    try {
      return queries.map((sql) => connection.prepare(sql).all())
    } finally {
      connection.exec('COMMIT')
    }
  },
  close(path) {
    connections.get(path)?.close()
    connections.delete(path)
  },
})
process.on('disconnect', () => process.exit(0))
