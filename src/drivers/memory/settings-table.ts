import type { PutSetting, Setting, SettingAnswer, SettingsQuery } from '../../core/queue-adapter.js'
import type { NoticeRules } from './notice-rules.js'
import { RecentAnswers } from './recent-answers.js'

/** So many requests are known again. */
const answersKept = 256

/** Small texts by key. What they say of notices is told to the rules for these. */
export class SettingsTable {
  readonly #rules: NoticeRules
  readonly #byKey = new Map<string, Setting>()
  readonly #answers = new RecentAnswers<SettingAnswer>(answersKept)

  constructor(rules: NoticeRules) {
    this.#rules = rules
  }

  page({ prefix, after, limit }: SettingsQuery): readonly Setting[] {
    const keys = [...this.#byKey.keys()].filter(
      (key) => key.startsWith(prefix) && (after === null || key > after),
    )
    return keys
      .sort((a, b) => (a < b ? -1 : 1))
      .slice(0, limit)
      .flatMap((key) => this.#byKey.get(key) ?? [])
  }

  put({ key, text, notices, version, token }: PutSetting): SettingAnswer {
    const given = this.#answers.find(key, token)
    if (given !== undefined) return given
    const standing = this.#byKey.get(key)
    const standingVersion = standing?.version ?? 0
    if (standingVersion !== version) return { kind: 'conflict', version: standingVersion }
    const setting = { key, version: version + 1, text, notices: Object.freeze([...notices]) }
    this.#rules.change(standing?.notices ?? [], setting.notices)
    this.#byKey.set(key, Object.freeze(setting))
    const answer = { kind: 'done', version: setting.version } as const
    this.#answers.note(key, token, answer)
    return answer
  }

  remove(key: string): boolean {
    this.#rules.change(this.#byKey.get(key)?.notices ?? [], [])
    return this.#byKey.delete(key)
  }
}
