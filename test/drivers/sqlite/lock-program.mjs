// Holds the lock of a SQLite file as another program would; lets go, or takes it again, whenever it is told to.
import Database from 'libsql'

const database = new Database(process.argv[2])
const acts = {
  lock: () => database.exec('BEGIN EXCLUSIVE'),
  unlock: () => database.exec('ROLLBACK'),
}
process.on('message', (word) => {
  acts[word]()
  process.send(word)
})
process.on('disconnect', () => process.exit(0))
process.send('ready')
