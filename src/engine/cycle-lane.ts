import { abortReason } from '../core/abort.js'
import { type Clock, nextTurn } from '../core/clock.js'
import type { RiptideError } from '../core/errors.js'
import type { SkipBudgets } from '../core/priority.js'
import type { Claim, CycleReply, CycleRequest, OutcomeReport, QueueAdapter } from '../core/queue-adapter.js'
import type { Random } from '../core/random.js'
import { Roster } from '../core/roster.js'
import { Stopper } from '../core/stopper.js'
import { OutcomeLine, type WaitingOutcome } from './outcome-line.js'
import { asStoreError, untilAnswered } from './store-call.js'

export type CycleDone = Extract<CycleReply, { kind: 'done' }>

export interface CycleLaneOptions {
  readonly adapter: QueueAdapter
  readonly instance: string
  readonly clock: Clock
  readonly random: Random
  readonly leaseMs: number
  readonly budgets: SkipBudgets
  readonly types: readonly string[]
  /** How many jobs may be held at once. */
  readonly places: number
  /** Places that are neither held nor set aside. */
  readonly room: () => number
  /** Sets free places aside, at most so many: their lanes. No other cycle asks for them until they are given back. */
  readonly reserveLanes: (most: number) => readonly number[]
  /** Gives back what was set aside, whether or not a job came for it. */
  readonly releaseLanes: (lanes: readonly number[]) => void
  readonly onClaims: (claims: readonly Claim[], sentAt: number) => void
  /** Everything else a reply says; `isAlone` unless another cycle was under way beside this one. */
  readonly onReply: (reply: CycleDone, isAlone: boolean) => void
  /** Must not throw. */
  readonly onTrouble: (error: RiptideError) => void
}

/** One cycle at a time goes through a channel: so its `seq` orders them, and a lost reply can be asked for again. */
interface Channel {
  readonly number: number
  seq: number
  isBusy: boolean
}

/** A cycle that was sent and not answered. */
interface UnderWay {
  readonly channel: Channel
  readonly outcomes: readonly WaitingOutcome[]
  readonly wanted: readonly number[]
  /** How many pokes there had been when it was sent. */
  readonly pokes: number
  isAlone: boolean
  /** A call of it has failed: nobody knows whether the store has seen it. */
  isInDoubt: boolean
  /** Nothing of it is awaited any more. */
  leave: () => void
}

/** How long one cycle is sent again before its error is reported and it is sent again still. */
const patienceMs = 5_000

/**
 * The one lane that cycles go through. While one is under way, the outcomes and the wish for work that come in wait for its
 * reply and go with the next. Where the store allows several at once, each ends an equal share of the jobs, and a further
 * one leaves beside the first as soon as outcomes fill its share: so the store works on one while the jobs of another run
 * here. With fewer outcomes, waiting for the reply makes the better batch. A cycle whose fate is unknown is sent again on its
 * channel with the same `seq` until the store says what became of it, for an outcome is never dropped for a lost reply; the
 * others do not wait for it.
 */
export class CycleLane {
  readonly #options: CycleLaneOptions
  readonly #outcomes: OutcomeLine
  readonly #channels: readonly Channel[]
  readonly #underWay = new Roster<UnderWay>()
  #whenQuiet: (() => void)[] = []
  #pokes = 0
  #poked = false
  #sweeping = false
  #claiming = false
  #armed = false
  /** The jobs of a reply are being started: not all of their slots are taken yet, nor may any be asked for. */
  #isStarting = false
  /** A reply said that nothing is left, but the store may take it that nobody waits here. */
  #isUnsure = false
  #giveUp = new Stopper()

  constructor(options: CycleLaneOptions) {
    const { limits } = options.adapter
    this.#options = options
    const share = limits.inFlight > 1 ? Math.ceil(options.places / limits.inFlight) : limits.items
    this.#outcomes = new OutcomeLine({ ...limits, items: Math.max(1, Math.min(limits.items, share)) })
    this.#channels = Array.from({ length: limits.inFlight }, (_, number) => ({
      number,
      seq: 0,
      isBusy: false,
    }))
  }

  /** Begins to claim. */
  start(): void {
    this.#giveUp = new Stopper()
    this.#claiming = true
    this.poke()
  }

  /** Claims nothing more; outcomes still go out. */
  stopClaiming(): void {
    this.#claiming = false
  }

  /** Resolves when nothing is under way and nothing waits, or when `signal` aborts: what is then left is let go. */
  async stop(signal: AbortSignal): Promise<void> {
    this.#claiming = false
    const abort = (): void => this.#giveUp.stop(abortReason(signal))
    if (signal.aborted) abort()
    else signal.addEventListener('abort', abort, { once: true })
    while (this.#underWay.size > 0 || this.#armed || !this.#outcomes.isEmpty) {
      await (this.#underWay.size > 0 ? this.#quiet() : nextTurn(this.#options.clock))
    }
    signal.removeEventListener('abort', abort)
  }

  /** Looks for work with the next cycle. */
  poke(): void {
    this.#pokes++
    this.#poked = true
    this.#arm()
  }

  /** Makes a cycle even when no slot is free: what is due or expired must not wait for one. */
  sweep(): void {
    this.#sweeping = true
    this.#arm()
  }

  /** Resolves when the store has taken or refused the outcome. */
  report(report: OutcomeReport): Promise<'accepted' | 'stale'> {
    const answer = this.#outcomes.push(report)
    // At once, and not together with what else this turn brings: two that arrive together are answered together, and then
    // the store and the jobs here wait for each other.
    if (this.#outcomes.fillsStep && this.#channels.length > 1 && !this.#isStarting) this.#leaveAll()
    else this.#arm()
    return answer
  }

  #arm(): void {
    if (this.#armed || this.#nextChannel() === undefined) return
    this.#armed = true
    this.#options.clock.soon(() => {
      this.#armed = false
      this.#leaveAll()
    })
  }

  #leaveAll(): void {
    for (let next = this.#nextChannel(); next !== undefined; next = this.#nextChannel()) this.#leave(next)
  }

  /** The channel that a cycle would leave on now; undefined while none should. */
  #nextChannel(): Channel | undefined {
    const wishes = this.#claiming && (this.#poked || this.#sweeping)
    if (this.#outcomes.isEmpty && !wishes) return undefined
    if (!this.#outcomes.fillsStep && this.#isAnswerNear()) return undefined
    return this.#channels.find((channel) => !channel.isBusy)
  }

  /** One that was sent again may be silent for long: waiting for it makes no batch. */
  #isAnswerNear(): boolean {
    return this.#underWay.find((cycle) => !cycle.isInDoubt) !== undefined
  }

  #leave(channel: Channel): void {
    const { adapter, reserveLanes, room, onTrouble } = this.#options
    const outcomes = this.#outcomes.takeStep()
    const wanted = this.#claiming ? reserveLanes(adapter.limits.items) : []
    const sweeping = this.#sweeping && this.#claiming
    // What it does not ask for, the next one does.
    this.#poked = this.#claiming && wanted.length > 0 && room() > 0
    this.#sweeping = false
    if (outcomes.length === 0 && wanted.length === 0 && !sweeping) return
    const cycle: UnderWay = {
      channel,
      outcomes,
      wanted,
      pokes: this.#pokes,
      isAlone: this.#underWay.size === 0,
      isInDoubt: false,
      leave: () => undefined,
    }
    for (const other of this.#underWay.members()) other.isAlone = false
    cycle.leave = this.#underWay.add(cycle)
    channel.isBusy = true
    void this.#cycle(cycle)
      .catch((thrown: unknown) => onTrouble(asStoreError(thrown)))
      .finally(() => this.#afterCycle())
  }

  #afterCycle(): void {
    const isQuiet = this.#underWay.size === 0
    if (isQuiet && this.#isUnsure) {
      this.#isUnsure = false
      this.#poked = true
    }
    this.#arm()
    if (isQuiet) for (const resolve of this.#whenQuiet.splice(0)) resolve()
  }

  /** Resolves when nothing is under way. */
  #quiet(): Promise<void> {
    return new Promise((resolve) => this.#whenQuiet.push(resolve))
  }

  async #cycle(cycle: UnderWay): Promise<void> {
    const { clock, onClaims, onReply } = this.#options
    const sentAt = clock.monotonic()
    const reply = await this.#send(cycle, this.#requestOf(cycle))
    this.#isOver(cycle)
    if (reply === undefined) return this.#letGo(cycle)
    if (reply.claims.length < cycle.wanted.length) this.#foundTooFew(cycle)
    this.#answer(cycle, reply)
    this.#isStarting = true
    try {
      if (reply.claims.length > 0) onClaims(reply.claims, sentAt)
    } finally {
      this.#isStarting = false
    }
    if (reply.more) this.#sweeping = true
    onReply(reply, cycle.isAlone)
  }

  /**
   * There was no more, so nothing is left for a next one. A cycle beside this one that wanted nothing may have told the store
   * later than this one that nobody waits here: then no hint comes, so once nothing is under way one asks again.
   */
  #foundTooFew(cycle: UnderWay): void {
    if (cycle.pokes === this.#pokes) this.#poked = false
    if (!cycle.isAlone) this.#isUnsure = true
  }

  /** What it asked for may be asked for again; a poke that came meanwhile wants that, for the cycle may have looked before. */
  #isOver(cycle: UnderWay): void {
    cycle.leave()
    cycle.channel.isBusy = false
    this.#options.releaseLanes(cycle.wanted)
    if (cycle.wanted.length > 0 && cycle.pokes < this.#pokes) this.#poked = true
  }

  #requestOf({ channel, outcomes, wanted }: UnderWay): CycleRequest {
    const { instance, types, leaseMs, budgets } = this.#options
    const reports = outcomes.map((one) => one.report)
    const place = { instance, channel: channel.number, seq: ++channel.seq }
    return { ...place, outcomes: reports, wanted, types, leaseMs, budgets }
  }

  /** The reply; undefined when the lane was told to give up. A refused step is sent again too: its outcomes are all we have. */
  async #send(cycle: UnderWay, request: CycleRequest): Promise<CycleDone | undefined> {
    const { adapter, clock, random } = this.#options
    const stopper = this.#giveUp
    const onTrouble = (error: RiptideError): void => this.#doubt(cycle, error)
    while (!stopper.reason) {
      try {
        const reply = await untilAnswered(() => adapter.cycle(request), {
          clock,
          random,
          withinMs: patienceMs,
          stopper,
          onTrouble,
        })
        return reply.kind === 'done' ? reply : undefined
      } catch (thrown) {
        if (stopper.reason) return undefined
        onTrouble(asStoreError(thrown))
        await clock.sleep(1000, stopper.signal).catch(() => undefined)
      }
    }
    return undefined
  }

  #doubt(cycle: UnderWay, error: RiptideError): void {
    cycle.isInDoubt = true
    this.#options.onTrouble(error)
    this.#arm()
  }

  #answer({ outcomes }: UnderWay, reply: CycleDone): void {
    const stale = new Set(reply.stale.map((ref) => `${ref.id} ${ref.fence}`))
    for (const { report, answer } of outcomes) {
      answer.resolve(stale.size > 0 && stale.has(`${report.id} ${report.fence}`) ? 'stale' : 'accepted')
    }
  }

  #letGo({ outcomes }: UnderWay): void {
    for (const { answer } of outcomes) answer.resolve('stale')
  }
}
