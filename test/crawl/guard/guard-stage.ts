import type { CrawlOptions } from '../../../src/crawl/options.js'
import { type LocalSite, startRaw, startSite } from '../fetch/local-site.js'
import { lookup } from './hostile-urls.js'

/** A door that the app opened: a server whose redirects lead to where each path says. */
export function openDoor(): Promise<LocalSite> {
  return startSite((request, response) => {
    const target = decodeURIComponent((request.url ?? '').slice(1))
    const location = Buffer.from(target).toString('latin1')
    // What cannot stand in a header cannot be sent by a server either.
    if (/[\r\n\t]/.test(location)) response.writeHead(204).end()
    else response.writeHead(307, { location }).end()
  })
}

/** A crawler that may go to the door and nowhere else on this machine, whatever the port. */
export const settings = (door: LocalSite, sink: LocalSite): CrawlOptions => ({
  allowPrivateNetwork: [door.origin],
  allowedPorts: [door.port, sink.port],
  maxBatchSize: 1000,
  maxConcurrency: 50,
  connectTimeoutMs: 2000,
  respectRobots: false,
  lookup,
})

/** What must not be reached: a port on every address of this machine, which counts who connects. */
export const startSink = (): Promise<LocalSite> =>
  startRaw((socket) => socket.end('HTTP/1.1 200 OK\r\n\r\nsecret'), '::')
