import type { PutSetting, Setting, SettingAnswer, SettingsQuery } from '../../core/queue-adapter.js'
import type { Database } from './database.js'
import { flag } from './flags.js'
import type { Ledger } from './ledger.js'
import settingsSql from './sql/settings.sql'
import { type Command, type Query, SqlFile } from './sql-file.js'
import { fromStored, toStored } from './stored-text.js'

/** So many requests are known again. */
const answersKept = 256

/** The settings, and which ends they want notices of. */
export class SettingsBook {
  readonly #ledger: Ledger
  readonly #some: Query<SettingRow>
  readonly #find: Query<StandingRow>
  readonly #given: Query<{ readonly version: number }>
  readonly #put: Command
  readonly #remember: Command
  readonly #forgetAnswers: Command
  readonly #remove: Command
  readonly #want: Command
  readonly #forget: Command
  readonly #anyWanted: Query<{ readonly yes: number }>

  constructor(database: Database, ledger: Ledger) {
    const sql = new SqlFile(database, settingsSql)
    this.#ledger = ledger
    this.#some = sql.query('some')
    this.#find = sql.query('find')
    this.#given = sql.query('given')
    this.#put = sql.command('put')
    this.#remember = sql.command('remember')
    this.#forgetAnswers = sql.command('forget answers')
    this.#remove = sql.command('remove')
    this.#want = sql.command('want')
    this.#forget = sql.command('forget')
    this.#anyWanted = sql.query('any wanted')
  }

  /** Keys are of ASCII, so that the order of their bytes is the one that is asked for. */
  some({ prefix, after, limit }: SettingsQuery): readonly Setting[] {
    const from = toStored(prefix)
    const rows = this.#some.all(toStored(after ?? ''), from, `${from}\u{10ffff}`, limit)
    return rows.map(({ key, version, text, notices }) => ({
      key: fromStored(key),
      version,
      text: fromStored(text),
      notices: JSON.parse(fromStored(notices)) as readonly string[],
    }))
  }

  put({ key, text, notices, version, token }: PutSetting): SettingAnswer {
    const [storedKey, storedToken] = [toStored(key), toStored(token)]
    const given = this.#given.get(storedKey, storedToken)
    if (given !== undefined) return { kind: 'done', version: given.version }
    const standing = this.#find.get(storedKey)
    const found = standing?.version ?? 0
    if (found !== version) return { kind: 'conflict', version: found }
    const list = toStored(JSON.stringify(notices))
    this.#put.run(storedKey, version + 1, list, toStored(text))
    this.#remember.run(storedKey, storedToken, version + 1)
    this.#forgetAnswers.run(answersKept)
    if (standing?.notices !== list) this.#wantFor(storedKey, notices)
    return { kind: 'done', version: version + 1 }
  }

  remove(key: string): boolean {
    const storedKey = toStored(key)
    if (this.#remove.run(storedKey).changes === 0) return false
    this.#wantFor(storedKey, [])
    return true
  }

  #wantFor(storedKey: string, notices: readonly string[]): void {
    this.#forget.run(storedKey)
    if (notices.length > 0) this.#want.run(storedKey, JSON.stringify(notices.map(toStored)))
    this.#ledger.note(flag.notices, this.#anyWanted.get() !== undefined)
  }
}

// -------------------------------------------------------------------------------------------------------------------

interface SettingRow {
  readonly key: string
  readonly version: number
  readonly text: string
  readonly notices: string
}

type StandingRow = Pick<SettingRow, 'version' | 'notices'>
