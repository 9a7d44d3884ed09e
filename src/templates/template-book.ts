import type { SubmitSpec } from '../service-api.js'
import type { Template, TemplateInput, TemplateSpec } from '../control-api.js'
import type { ResolvedTemplate, TemplateCall, TemplatesPart } from '../control-parts.js'
import { asObject, integerIn } from '../core/check.js'
import { RiptideError, describe } from '../core/errors.js'
import { toJson } from '../core/json.js'
import type { QueueSettings, Setting } from '../core/queue-settings.js'
import { faultIn } from '../core/stored-json.js'
import { valuesOf } from './parameters.js'
import { render, spend } from './render.js'
import {
  type StoredTemplate,
  contentDigest,
  keyBehind,
  keyOf,
  nameIn,
  prefixOf,
  readTemplate,
  templateOf,
  templatePrefix,
  versionIn,
} from './stored-template.js'
import { type TemplateContent, asTemplateName, checkTemplate } from './template-check.js'

/** What templates are given by the service. */
export interface TemplateDeps {
  /** Each verb is sent again by itself while the store is away. */
  readonly store: QueueSettings
  /** Names of the schedules that follow the newest version of a template. */
  readonly followers: (template: string) => Promise<readonly string[]>
  readonly maxPayloadBytes: number
  /** Refuses what no submission could make a job of, whatever the parameters. */
  readonly check?: ((content: Pick<TemplateContent, 'job' | 'options'>) => void) | undefined
  /** The store's time. */
  readonly now: () => number
  readonly newId: () => string
}

/** A version of a template, and how much JSON it is. */
interface ReadTemplate {
  readonly stored: StoredTemplate
  readonly version: number
  readonly bytes: number
}

const mostTemplates = 1_000
/** Versions that are kept of one template; older ones go. */
const mostVersions = 100
/** Settings in one look: a template may have 64 KiB. */
const pageSize = 50
/** Others may put a version at the same time, each once. */
const mostTries = 10

/** The templates of a namespace: each version is a setting that is written once and never changed. */
export class TemplateBook implements TemplatesPart {
  readonly #deps: TemplateDeps

  constructor(deps: TemplateDeps) {
    this.#deps = deps
  }

  async putTemplate(given: TemplateInput): Promise<Template> {
    const { name, content } = checkTemplate(given)
    this.#deps.check?.(content)
    const digest = contentDigest(content)
    for (let tries = 0; tries < mostTries; tries++) {
      const newest = await this.#newest(name)
      if (newest && isReadable(newest) && readTemplate(newest).digest === digest) return templateOf(newest)
      if (!newest && (await this.#newestOfEach()).length >= mostTemplates) throw tooMany()
      const version = newest ? versionIn(newest.key) + 1 : 1
      const made = await this.#create(name, version, content, digest)
      if (!made) continue
      await this.#dropOld(name, version)
      return templateOf(made)
    }
    throw new RiptideError('STORE_BUSY', `the template "${name}" is being changed by others`, {
      retryable: true,
    })
  }

  async getTemplate(name: string, version?: number): Promise<Template | null> {
    const setting = await this.#find(asTemplateName(name, '/name'), version)
    return setting ? templateOf(setting) : null
  }

  /** But for those whose newest version cannot be opened here: one of them hinders no other. */
  async listTemplates(): Promise<readonly Template[]> {
    const all = (await this.#newestOfEach()).filter(isReadable).map(templateOf)
    return all.sort((a, b) => (a.name < b.name ? -1 : 1))
  }

  async removeTemplate(name: string): Promise<void> {
    const keys = await this.#keysOf(asTemplateName(name, '/name'))
    if (keys.length === 0) throw notFound(name)
    const followers = await this.#deps.followers(name)
    if (followers.length > 0) throw inUse(name, followers)
    // The oldest first: if this breaks off, what is left is still the newest version.
    for (const key of keys.reverse()) await this.#deps.store.removeSetting(key)
  }

  async resolve(spec: TemplateSpec, call?: TemplateCall): Promise<ResolvedTemplate> {
    const name = asTemplateName(spec.template, '/template')
    const asked = spec.version === 'latest' ? undefined : spec.version
    const { stored, version, bytes } = await this.#readOnce(name, asked, call)
    const { job, options, parameters } = stored
    const { maxPayloadBytes } = this.#deps
    // What stands in the template goes into each of its jobs.
    spend(call, bytes)
    const given = asObject(spec.parameters ?? {}, { path: '/parameters' })
    // A copy: what is put in goes on to be somebody else's.
    const copy = asObject(JSON.parse(toJson(given, '/parameters', maxPayloadBytes)), { path: '/parameters' })
    const values = valuesOf(new Map(Object.entries(parameters ?? {})), copy)
    const made = render({ job, options }, values, maxPayloadBytes, call) as Pick<
      StoredTemplate,
      'job' | 'options'
    >
    return { spec: made.job as SubmitSpec, options: made.options, version }
  }

  #readOnce(
    name: string,
    version: number | undefined,
    call: TemplateCall | undefined,
  ): Promise<ReadTemplate> {
    const key = `${name}/${version ?? ''}`
    const known = call?.read.get(key) as Promise<ReadTemplate> | undefined
    if (known) return known
    const reading = this.#read(name, version)
    call?.read.set(key, reading)
    return reading
  }

  async #read(name: string, version: number | undefined): Promise<ReadTemplate> {
    const setting = await this.#find(name, version)
    if (!setting) throw notFound(name, version)
    const bytes = Buffer.byteLength(setting.text)
    return { stored: readTemplate(setting), version: versionIn(setting.key), bytes }
  }

  async #create(
    name: string,
    version: number,
    content: TemplateContent,
    digest: string,
  ): Promise<Setting | undefined> {
    const { store, now, newId } = this.#deps
    const stored: StoredTemplate = { ...content, createdAt: now(), digest }
    const setting = { key: keyOf(name, version), text: JSON.stringify(stored), notices: [] }
    const answer = await store.putSetting({ ...setting, version: 0, token: newId() })
    return answer.kind === 'done' ? { ...setting, version: answer.version } : undefined
  }

  async #dropOld(name: string, newest: number): Promise<void> {
    if (newest <= mostVersions) return
    const { store } = this.#deps
    const after = keyOf(name, newest - mostVersions + 1)
    for (const { key } of await store.settings({ prefix: prefixOf(name), after, limit: pageSize }))
      await store.removeSetting(key)
  }

  async #find(name: string, version: number | undefined): Promise<Setting | undefined> {
    if (version === undefined) return this.#newest(name)
    const key = keyOf(name, integerIn(version, 1, 99_999_999, { path: '/version' }))
    const [setting] = await this.#deps.store.settings({ prefix: key, after: null, limit: 1 })
    return setting
  }

  async #newest(name: string): Promise<Setting | undefined> {
    const [setting] = await this.#deps.store.settings({ prefix: prefixOf(name), after: null, limit: 1 })
    return setting
  }

  /** Goes from name to name: old versions are passed over. */
  async #newestOfEach(): Promise<Setting[]> {
    const found = new Map<string, Setting>()
    let after: string | null = null
    for (;;) {
      const page = await this.#deps.store.settings({ prefix: templatePrefix, after, limit: pageSize })
      for (const setting of page) {
        const name = nameIn(setting.key)
        if (!found.has(name)) found.set(name, setting)
      }
      const last = page.at(-1)
      if (!last || page.length < pageSize) return [...found.values()]
      after = keyBehind(nameIn(last.key))
    }
  }

  /** The newest first. */
  async #keysOf(name: string): Promise<string[]> {
    const keys: string[] = []
    for (;;) {
      const after = keys.at(-1) ?? null
      const page = await this.#deps.store.settings({ prefix: prefixOf(name), after, limit: pageSize })
      keys.push(...page.map(({ key }) => key))
      if (page.length < pageSize) return keys
    }
  }
}

// -------------------------------------------------------------------------------------------------------------------

function isReadable(setting: Setting): boolean {
  return faultIn(setting) === undefined
}

function notFound(name: string, version?: number): RiptideError {
  const which = version === undefined ? '' : ` in version ${version}`
  return new RiptideError('TEMPLATE_NOT_FOUND', `there is no template ${describe(name)}${which}`, {
    path: version === undefined ? '/template' : '/version',
  })
}

function inUse(name: string, schedules: readonly string[]): RiptideError {
  const shown = schedules.slice(0, 10)
  return new RiptideError(
    'TEMPLATE_IN_USE',
    `the template ${describe(name)} is followed by the schedules ${shown.join(', ')}; change those first`,
    { facts: { schedules: shown } },
  )
}

function tooMany(): RiptideError {
  return new RiptideError('RANGE', `a namespace has at most ${mostTemplates} templates`, {
    facts: { limit: mostTemplates },
  })
}
