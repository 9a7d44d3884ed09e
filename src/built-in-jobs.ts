import { wrong } from './core/check.js'
import { RiptideError } from './core/errors.js'
import type { Job } from './core/job.js'
import type { JobRecord } from './core/queue-record.js'
import { systemRandom } from './core/random.js'
import type { Setting } from './core/queue-settings.js'
import { definitionFault, readDefinition } from './core/schedule.js'
import { faultIn } from './core/stored-json.js'
import { checkUrl } from './crawl/fetch/url-check.js'
import { type PageEnd, crawlJobs } from './crawl/jobs.js'
import { createSender } from './crawl/sender.js'
import { maintenanceJob } from './engine/maintenance.js'
import type { Hub } from './service/hub.js'
import { Monitor } from './service/monitor.js'
import { pruneOnce } from './service/prune-once.js'
import type { BuiltIn } from './service/registry.js'
import { reseal } from './service/reseal.js'
import { checkConstants } from './service/template-constants.js'
import { TemplateBook } from './templates/template-book.js'
import type { EventResult, WebhookDeps, WebhookStore } from './webhooks/deps.js'
import { mostResultBytes } from './webhooks/event-body.js'
import { webhooks } from './webhooks/webhooks.js'

/** Where results are kept for less, an interrupted crawl still needs its pages. */
const shortestKeepMs = 86_400_000

/**
 * What comes with the library: crawls and maintenance, templates, and webhooks with the jobs that deliver them. The crawler, and
 * what sends a webhook, are loaded when they are first used.
 */
export function builtInJobs(hub: Hub): BuiltIn {
  const { crawl, storage, clock, logger, maxResultBytes, resultTtlMs, encryption } = hub.options
  const crawls = crawlJobs({
    options: crawl,
    storage: () => storage,
    clock,
    logger,
    maxResultBytes,
    keepPagesMs: crawl.keepPagesMs ?? Math.max(resultTtlMs, shortestKeepMs),
    onPage: (job, page) => tellPage(hub, job, page),
  })
  const maintenance = maintenanceJob({
    storage: () => storage,
    prune: () => pruneOnce(hub),
    health: () => new Monitor(hub).health(),
    reseal: encryption === undefined ? undefined : (ctx) => reseal(hub, ctx.signal),
  })
  const sender = createSender({ options: crawl, timeoutMs: hub.options.webhooks.timeoutMs, clock })
  const hooks = webhooks({ ...webhookDeps(hub), send: (request) => sender.post(request) })
  return {
    definitions: [...crawls.definitions, maintenance, ...hooks.definitions],
    templates: templatesOf(hub),
    webhooks: hooks.part,
    async close() {
      await Promise.all([crawls.close(), sender.close()])
    },
  }
}

// -------------------------------------------------------------------------------------------------------------------

function tellPage({ emitter, options }: Hub, { id, type, workerId, attempt }: Job, page: PageEnd): void {
  if (!emitter.hears('job:page')) return
  const run = { jobId: id, type, at: options.clock.now(), workerId: workerId ?? '', attempt }
  emitter.emit('job:page', { ...run, ...page })
}

function webhookDeps(hub: Hub): Omit<WebhookDeps, 'send'> {
  const { crawl, clock, webhooks: settings } = hub.options
  return {
    store: patientStore(hub),
    resultOf: (record) => eventResult(hub, record),
    checkUrl(value, path) {
      const url = checkUrl(value, path, crawl)
      if (settings.allowHttp || url.startsWith('https:')) return url
      throw wrong('URL_SCHEME', { path }, 'must begin with https://', url)
    },
    secret: settings.secret ?? null,
    concurrency: settings.concurrency,
    clock,
    now: () => hub.storeTime.now(),
    random: systemRandom,
    newId: () => hub.newId(),
  }
}

function templatesOf(hub: Hub): TemplateBook {
  return new TemplateBook({
    store: patientStore(hub),
    async followers(template) {
      const schedules = await hub.ask((store) => store.schedules())
      return schedules
        .filter((schedule) => definitionFault(schedule) === undefined)
        .filter((schedule) => readDefinition(schedule).template?.name === template)
        .map(({ name }) => name)
    },
    maxPayloadBytes: hub.options.maxPayloadBytes,
    check: (content) => checkConstants(content, hub),
    now: () => hub.storeTime.now(),
    newId: () => hub.newId(),
  })
}

function patientStore(hub: Hub): WebhookStore {
  const told = new Set<string>()
  return {
    limits: hub.options.queue.limits,
    async settings(query) {
      const found = await hub.ask((store) => store.settings(query))
      for (const setting of found) tellUnread(hub, setting, told)
      return found
    },
    putSetting: (request) => hub.ask((store) => store.putSetting(request)),
    removeSetting: (key) => hub.ask((store) => store.removeSetting(key)),
    get: (id) => hub.ask((store) => store.get(id)),
    submit: (jobs) => hub.ask((store) => store.submit(jobs)),
  }
}

/** A webhook or template that cannot be opened here is passed over, so it is told: once, with the key that its id or name stands in. */
function tellUnread(hub: Hub, setting: Setting, told: Set<string>): void {
  const cause = faultIn(setting)
  const version = `${setting.key} ${setting.version}`
  if (!cause || told.has(version)) return
  told.add(version)
  const text = `"${setting.key}" cannot be read here, and is passed over: ${cause.message}`
  hub.onError(new RiptideError(cause.code, text, { cause, facts: { key: setting.key } }))
}

/** One that stands beside its job in the queue's own storage is too large for an event, and is not read to learn that. */
async function eventResult(hub: Hub, record: JobRecord): Promise<EventResult> {
  const { result } = record
  if (result === null) return 'none'
  if (!('inline' in result) && !hub.options.foreignStorage) return 'too large'
  const [text, ...more] = (await hub.ask(() => hub.results.read(record))) ?? []
  if (text === undefined) return 'none'
  return more.length > 0 || Buffer.byteLength(text) > mostResultBytes ? 'too large' : { text }
}
