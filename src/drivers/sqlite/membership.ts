import { existsSync } from 'node:fs'
import { type Listening, listenAtOneOf, socketPaths, sweepSockets } from './listening.js'
import { NeighbourMesh } from './neighbour-mesh.js'
import type { NeighboursOptions } from './neighbours.js'
import type { ProcessIdentity } from './process-identity.js'
import type { ProcessRegistry, Registered } from './process-registry.js'
import type { Registration } from './registration.js'
import { RollCall } from './roll-call.js'
import { WorkLook } from './work-look.js'

export interface MembershipOptions extends Omit<NeighboursOptions, 'replaces'> {
  readonly path: string
  readonly registry: ProcessRegistry
  readonly own: ProcessIdentity & Registration
}

/** What a process with an entry in the file does for as long as it has it: listens, calls, looks, and tells its news. */
export class Membership {
  readonly #options: MembershipOptions
  readonly #mesh: NeighbourMesh
  readonly #rollCall: RollCall
  readonly #workLook: WorkLook
  #listening: Listening | null = null
  #isReturning = false
  #hasEnded = false

  constructor(options: MembershipOptions) {
    const { registry, hints, ledger } = options
    this.#options = options
    const hasWork = (types: readonly string[]): boolean => ledger.hasWork(types)
    this.#workLook = new WorkLook({ ...options, hasWork })
    this.#mesh = new NeighbourMesh({
      ...options,
      find: (n) => entryOf(registry, n),
      onChange: () => this.#rollCall.soon(),
      onWait: () => this.#workLook.start(),
    })
    this.#rollCall = new RollCall({
      ...options,
      ...ledger,
      isConnected: (n) => this.#mesh.isConnected(n),
      connect: (other, onMissed) => this.#mesh.call(other, onMissed),
      onForgotten: () => void this.#return(),
    })
    hints.join(this.#mesh)
  }

  /** Listens, then calls those who came before. Without a place to listen the looks have to do. */
  async start(): Promise<void> {
    const { path, own, registry, ledger, logger } = this.#options
    await this.#listen()
    const [planned] = socketPaths(path, own.n)
    const place = this.#listening?.path ?? null
    if (place === null) logger.warn('other processes at the SQLite file cannot reach this one', { path })
    if (place !== (planned ?? null)) await ledger.write(() => registry.listensAt(own.n, place))
    const present = registry.list().map(({ n }) => n)
    if (place !== null) await sweepSockets(place, own.n, present)
    this.#rollCall.soon()
  }

  /** Takes the entry away and closes all connections. */
  async end(): Promise<void> {
    const { registry, own, hints, ledger, logger } = this.#options
    this.#hasEnded = true
    this.#rollCall.stop()
    this.#workLook.stop()
    await ledger
      .write(() => registry.remove(own.n))
      .catch((thrown: unknown) =>
        logger.warn('the entry of this process stays in the SQLite file', { error: String(thrown) }),
      )
    // Until here the last steps were told.
    hints.join(null)
    await Promise.all([this.#listening?.close(), this.#mesh.leave()])
  }

  /** Wakes all who wait, here and elsewhere, and for whom there is work: one that was woken waits no longer. */
  wakeAll(): void {
    const { hasWork } = this.#options.ledger
    while (this.#workLook.wakeOne() || this.#mesh.wakeOne(hasWork)) {
      // The next one.
    }
  }

  async #listen(): Promise<void> {
    const { path, own } = this.#options
    this.#listening = await listenAtOneOf(socketPaths(path, own.n), (socket) => this.#mesh.accept(socket))
    if (this.#hasEnded) void this.#listening?.close()
  }

  /** Others took this process for dead, for it was stopped for long: its entry comes back as it was, and its socket. */
  async #return(): Promise<void> {
    const { own, registry, ledger, clock, logger } = this.#options
    if (this.#isReturning) return
    this.#isReturning = true
    try {
      if (this.#listening !== null && !existsSync(this.#listening.path)) {
        void this.#listening.close()
        await this.#listen()
      }
      const place = this.#listening?.path ?? null
      await ledger.write(() => {
        registry.remove(own.n)
        registry.add(own, clock.now())
        registry.listensAt(own.n, place)
      })
    } catch (thrown) {
      logger.warn('the entry of this process is missing in the SQLite file', { error: String(thrown) })
    } finally {
      this.#isReturning = false
    }
  }
}

// -------------------------------------------------------------------------------------------------------------------

/** Undefined too when the file cannot be read now: who calls will call again. */
function entryOf(registry: ProcessRegistry, n: number): Registered | undefined {
  try {
    return registry.list().find((one) => one.n === n)
  } catch {
    return undefined
  }
}
