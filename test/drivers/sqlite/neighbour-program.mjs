// A process with an entry in the file, as one of ours makes it. A talking one calls whoever was there before and says who
// listens; then it does nothing more, until it is killed.
import { readFileSync, readlinkSync } from 'node:fs'
import { connect } from 'node:net'
import { hostname } from 'node:os'
import Database from 'libsql'

const [path, manner] = process.argv.slice(2)
const database = new Database(path)
database.exec('PRAGMA busy_timeout = 5000')

const stat = readFileSync('/proc/self/stat', 'utf8')
const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
const { n, secret } = database
  .prepare(
    `INSERT INTO riptide_process (pid, started, boot, namespace, host, secret, driver, version, opened_at, seen_at)
     VALUES (?, ?, ?, ?, ?, 'of the child', 'libsql', '3.53.0', ?, ?) RETURNING n, secret`,
  )
  .get(
    process.pid,
    fields[19],
    readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim(),
    `${readlinkSync('/proc/self/ns/pid')} ${readlinkSync('/proc/self/ns/time')}`,
    hostname(),
    Date.now(),
    Date.now(),
  )

const others = database.prepare('SELECT n, socket, secret FROM riptide_process WHERE n < ?').all(n)
if (manner === 'talking') await Promise.all(others.map(greet))
process.send(n)
setInterval(() => undefined, 1000)

/** Resolves when the other one has said who it is. */
function greet(other) {
  return new Promise((resolve, reject) => {
    const socket = connect(other.socket)
    const say = (words) => socket.write(`${JSON.stringify(words)}\n`)
    say({ kind: 'hello', version: 1, n, secret: other.secret })
    socket.setEncoding('utf8')
    socket.on('data', (text) => {
      const words = JSON.parse(text.split('\n')[0])
      if (words.kind === 'hello' && words.n === other.n && words.secret === secret) {
        say({ kind: 'audience', instances: ['of-the-child'], ends: true, moves: false })
        resolve()
      }
    })
    socket.on('error', reject)
  })
}
