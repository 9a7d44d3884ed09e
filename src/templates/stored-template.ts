import type { Template } from '../control-api.js'
import type { Setting } from '../core/queue-settings.js'
import { digestOf } from '../core/random.js'
import { readStored } from '../core/stored-json.js'
import type { TemplateContent } from './template-check.js'

/** A version of a template as its setting holds it. */
export interface StoredTemplate extends TemplateContent {
  readonly createdAt: number
  /** Tells whether another version says the same. */
  readonly digest: string
}

export const templatePrefix = 'template/'
const lastVersion = 99_999_999
const digits = 8

/** All versions of a template have keys that begin so. */
export function prefixOf(name: string): string {
  return `${templatePrefix}${name}/`
}

/** Counts down, so that of a template's versions the newest comes first, and one look finds it. */
export function keyOf(name: string, version: number): string {
  return prefixOf(name) + String(lastVersion - version).padStart(digits, '0')
}

/** Behind all versions of a template, before all others. */
export function keyBehind(name: string): string {
  return `${prefixOf(name)}~`
}

export function nameIn(key: string): string {
  return key.slice(templatePrefix.length, -digits - 1)
}

export function versionIn(key: string): number {
  return lastVersion - Number(key.slice(-digits))
}

/** DECRYPTION_FAILED for one that cannot be opened. */
export function readTemplate(setting: Setting): StoredTemplate {
  return readStored(setting) as StoredTemplate
}

/** The template as everyone may see it. */
export function templateOf(setting: Setting): Template {
  const { job, options, parameters, description, createdAt } = readTemplate(setting)
  const { key } = setting
  return { name: nameIn(key), version: versionIn(key), description, parameters, job, options, createdAt }
}

/** The same for contents that differ in nothing but the order of their fields. */
export function contentDigest(content: TemplateContent): string {
  return digestOf(JSON.stringify(sorted(content)))
}

function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(sorted)
  const entries = Object.entries(value).map(([key, item]): [string, unknown] => [key, sorted(item)])
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)))
}
