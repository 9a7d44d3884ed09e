import type { PutSetting, Setting, SettingAnswer, SettingsQuery } from '../../core/queue-adapter.js'
import { wordOf } from './names.js'
import { noticeWords, noticesOf } from './terms-words.js'

/** What is sent for some settings: their keys are ASCII, so the order of their bytes is the one that is asked for. */
export function settingsWords({ prefix, after, limit }: SettingsQuery): string[] {
  const from = after !== null && after >= prefix ? `(${after}` : `[${prefix}`
  return [from, prefix, String(limit)]
}

export function settingsIn(reply: unknown): readonly Setting[] {
  const words = reply as readonly string[]
  const found: Setting[] = []
  for (let i = 0; i + 1 < words.length; i += 2) {
    const text = words[i + 1] ?? ''
    const eol = text.indexOf('\n')
    const blank = text.indexOf(' ')
    found.push({
      key: words[i] ?? '',
      version: Number(text.slice(0, blank)),
      text: text.slice(eol + 1),
      notices: noticesOf(text.slice(blank + 1, eol)),
    })
  }
  return found
}

/** What is sent of a setting. */
export function settingWords({ key, text, notices, version, token }: PutSetting): string[] {
  return [key, String(version), wordOf(token), noticeWords(notices), text]
}

export function settingAnswer(reply: unknown): SettingAnswer {
  const [kind, version] = reply as readonly string[]
  return { kind: kind === 'done' ? kind : 'conflict', version: Number(version) }
}
