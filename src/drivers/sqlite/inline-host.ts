import { type Host, openHost } from './host.js'
import type { Call, Verbs } from './protocol.js'
import type { HostEvents, HostStart, RunningHost } from './running-host.js'
import { closingMs, within } from './within.js'

/** A host in this thread, which waits for the disk whenever something is committed. */
export function runInline(start: HostStart, { logger, deliver }: HostEvents): RunningHost {
  let host: Host | undefined
  const opened = openHost(start, { logger, deliver }).then((one) => {
    host = one
    return one.facts
  })
  return {
    opened,
    call: (call, settle) => host?.call(copyOf(call), settle),
    setAudience: (audience) => host?.setAudience(audience),
    close: () =>
      within(
        closingMs,
        opened.then(() => host?.close()),
      ),
  }
}

// -------------------------------------------------------------------------------------------------------------------

/** Whoever gave the jobs may change them from here on. */
function copyOf(call: Call): Call {
  if (call.verb !== 'submit') return call
  const [jobs] = call.args as Parameters<Verbs['submit']>
  return { ...call, args: [jobs.map((job) => (job.terms === undefined ? { ...job } : structuredClone(job)))] }
}
