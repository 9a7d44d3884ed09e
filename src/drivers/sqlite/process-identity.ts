import { readFileSync, readlinkSync } from 'node:fs'
import { hostname } from 'node:os'

/** What tells one process from all others, also from a later one with the same pid. */
export interface ProcessIdentity {
  readonly pid: number
  /** When it started, in clock ticks since the boot; empty where the host does not tell. */
  readonly started: string
  /** Of the running kernel; empty where the host does not tell. */
  readonly boot: string
  /** Where pid and start mean something: outside it they say nothing. Empty where that is not known. */
  readonly namespace: string
  readonly host: string
}

/** What the host says about a pid now. `hidden`: something has it, and the host does not tell what. */
export type Sight =
  | { readonly kind: 'running'; readonly started: string }
  | { readonly kind: 'ended' }
  | { readonly kind: 'none' }
  | { readonly kind: 'hidden' }

/** `unknown`: from here it cannot be told, and only its leases say when it is gone. */
export type Life = 'alive' | 'dead' | 'unknown'

/** This process, as far as the host tells. */
export function ownIdentity(): ProcessIdentity {
  const base = { pid: process.pid, host: hostname() }
  const elsewhere = { ...base, started: '', boot: '', namespace: '' }
  // Elsewhere there are no namespaces of pids.
  if (process.platform !== 'linux') return { ...elsewhere, namespace: process.platform }
  const sight = sightOf(process.pid)
  // A /proc that was mounted for another namespace speaks of other processes.
  if (sight.kind !== 'running' || linkOf('/proc/self') !== String(process.pid)) return elsewhere
  const boot = textOf('/proc/sys/kernel/random/boot_id').trim()
  const pids = linkOf('/proc/self/ns/pid')
  if (boot === '' || pids === '') return elsewhere
  // A namespace of time shifts the start of what it shows. Kernels before 5.6 have none.
  return { ...base, started: sight.started, boot, namespace: `${pids} ${linkOf('/proc/self/ns/time')}` }
}

/** Whether a process lives that may be on another host, in another container, or from before a reboot. */
export function lifeOf(
  other: ProcessIdentity,
  own: ProcessIdentity,
  look: (pid: number) => Sight = sightOf,
): Life {
  if (other.host !== own.host || own.namespace === '') return 'unknown'
  if (other.boot !== own.boot) return other.boot !== '' && own.boot !== '' ? 'dead' : 'unknown'
  if (other.namespace !== own.namespace) return 'unknown'
  const sight = look(other.pid)
  if (sight.kind === 'none' || sight.kind === 'ended') return 'dead'
  // Where no start is known, a pid that is there may be another process's by now.
  if (sight.kind === 'hidden' || other.started === '') return 'unknown'
  return sight.started === other.started ? 'alive' : 'dead'
}

/** Whether both are the same process; two queues in one have an entry each. */
export function isSameProcess(one: ProcessIdentity, other: ProcessIdentity): boolean {
  const { pid, started, boot, namespace, host } = one
  return (
    other.pid === pid &&
    other.started === started &&
    other.boot === boot &&
    other.namespace === namespace &&
    other.host === host
  )
}

// -------------------------------------------------------------------------------------------------------------------

function sightOf(pid: number): Sight {
  const text = process.platform === 'linux' ? textOf(`/proc/${pid}/stat`) : ''
  if (text === '') return isGone(pid) ? { kind: 'none' } : { kind: 'hidden' }
  // The name of the program stands in brackets and may hold anything, brackets and blanks too.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  const [state, started] = [fields[0], fields[19]]
  if (started === undefined) return { kind: 'hidden' }
  // A zombie has ended; only its parent has not asked how.
  return state === 'Z' || state === 'X' ? { kind: 'ended' } : { kind: 'running', started }
}

/** Signal 0 asks without touching; it also finds what a mount of /proc hides. */
function isGone(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return false
  } catch (thrown) {
    return thrown instanceof Error && 'code' in thrown && thrown.code === 'ESRCH'
  }
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path)
  } catch {
    return ''
  }
}
