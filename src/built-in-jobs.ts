import { crawlJobs } from './crawl/jobs.js'
import { maintenanceJob } from './engine/maintenance.js'
import type { Hub } from './service/hub.js'
import { Monitor } from './service/monitor.js'
import { pruneOnce } from './service/prune-once.js'
import type { BuiltIn } from './service/registry.js'

/** The kinds of job that come with the library: crawls and maintenance. The crawler itself is loaded when one first runs. */
export function builtInJobs(hub: Hub): BuiltIn {
  const { crawl, storage, clock, logger, maxResultBytes } = hub.options
  const crawls = crawlJobs({ options: crawl, storage: () => storage, clock, logger, maxResultBytes })
  const maintenance = maintenanceJob({
    storage: () => storage,
    prune: () => pruneOnce(hub),
    health: () => new Monitor(hub).health(),
  })
  return { definitions: [...crawls.definitions, maintenance], close: () => crawls.close() }
}
