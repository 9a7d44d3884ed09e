import { abortReason } from '../core/abort.js'
import { type Clock, nextTurn } from '../core/clock.js'
import type { RiptideError } from '../core/errors.js'
import type { SkipBudgets } from '../core/priority.js'
import type {
  Claim,
  ClaimPart,
  CycleRequest,
  OutcomeReport,
  QueueAdapter,
  QueueLimits,
} from '../core/queue-adapter.js'
import type { Random } from '../core/random.js'
import { Roster } from '../core/roster.js'
import { Stopper } from '../core/stopper.js'
import { AsideClaims, type AsideClaimsOptions, placesIn } from './aside-claims.js'
import { type CycleDone, cyclePatienceMs, sendCycle } from './cycle-sending.js'
import { OutcomeLine, type WaitingOutcome, answerAll, shareOfStep } from './outcome-line.js'
import { asStoreError } from './store-call.js'

export interface CycleLaneOptions {
  readonly adapter: QueueAdapter
  readonly instance: string
  readonly clock: Clock
  readonly random: Random
  readonly leaseMs: number
  readonly budgets: SkipBudgets
  readonly types: readonly string[]
  /** Slots that are set aside for types other than those of the lane. */
  readonly asides?: Pick<AsideClaimsOptions, 'types' | 'reserve'> | undefined
  /** Of the whole queue. */
  readonly limits?: QueueLimits | undefined
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
  readonly asides: readonly ClaimPart[]
  /** How many pokes there had been when it was sent. */
  readonly pokes: number
  isAlone: boolean
  /** A call of it has failed: nobody knows whether the store has seen it. */
  isInDoubt: boolean
  /** Nothing of it is awaited any more. */
  leave: () => void
}

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
  readonly #asides: AsideClaims
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
  /** The workers got all that was asked for, the last time that something was. */
  #isSaturated = false
  #giveUp = new Stopper()

  constructor(options: CycleLaneOptions) {
    const { limits } = options.adapter
    this.#options = options
    this.#outcomes = new OutcomeLine({ ...limits, items: shareOfStep(limits, options.places) })
    this.#asides = new AsideClaims({
      ...(options.asides ?? { types: [], reserve: () => [] }),
      clock: options.clock,
      mostAtOnce: Math.max(1, Math.floor(limits.items / 2)),
      look: () => this.poke(),
    })
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
    this.#asides.stop()
  }

  /** So many jobs may be held at once from now on. */
  resize(places: number): void {
    this.#outcomes.resize(shareOfStep(this.#options.adapter.limits, places))
  }

  /** Resolves when nothing is under way and nothing waits, or when `signal` aborts: what is then left is let go. */
  async stop(signal: AbortSignal): Promise<void> {
    this.stopClaiming()
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
    const asides = this.#claiming ? this.#asides.take(this.#isSaturated) : []
    const most = Math.max(1, adapter.limits.items - placesIn(asides))
    const wanted = this.#claiming ? reserveLanes(most) : []
    const sweeping = this.#sweeping && this.#claiming
    // What it does not ask for, the next one does.
    this.#poked = this.#claiming && wanted.length > 0 && room() > 0
    this.#sweeping = false
    if (outcomes.length === 0 && wanted.length === 0 && asides.length === 0 && !sweeping) return
    const cycle: UnderWay = {
      channel,
      outcomes,
      wanted,
      asides,
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
    const { adapter, clock, random, onClaims, onReply } = this.#options
    const sentAt = clock.monotonic()
    const onTrouble = (error: RiptideError): void => this.#doubt(cycle, error)
    const patience = { clock, random, withinMs: cyclePatienceMs, stopper: this.#giveUp, onTrouble }
    const reply = await sendCycle(adapter, this.#requestOf(cycle), patience)
    this.#isOver(cycle)
    if (reply === undefined) return answerAll(cycle.outcomes)
    this.#countClaims(cycle, reply.claims)
    answerAll(cycle.outcomes, reply.stale)
    this.#isStarting = true
    try {
      if (reply.claims.length > 0) onClaims(reply.claims, sentAt)
    } finally {
      this.#isStarting = false
    }
    if (reply.more) this.#sweeping = true
    onReply(reply, cycle.isAlone)
  }

  #countClaims(cycle: UnderWay, claims: readonly Claim[]): void {
    const { wanted, asides } = cycle
    const aside = asides.length === 0 ? undefined : this.#asides.hear(asides, claims)
    const own = claims.length - (aside?.got ?? 0)
    if (wanted.length > 0) this.#isSaturated = own >= wanted.length
    if (own < wanted.length) this.#foundTooFew(cycle)
    if (aside?.wasStarved && !cycle.isAlone) this.#isUnsure = true
    if (aside?.wasFed) this.#poked = true
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
    for (const { wanted } of cycle.asides) this.#options.releaseLanes(wanted)
    const hasAsked = cycle.wanted.length > 0 || cycle.asides.length > 0
    if (hasAsked && cycle.pokes < this.#pokes) this.#poked = true
  }

  #requestOf({ channel, outcomes, wanted, asides }: UnderWay): CycleRequest {
    const { instance, types, leaseMs, budgets, limits } = this.#options
    const reports = outcomes.map((one) => one.report)
    const place = { instance, channel: channel.number, seq: ++channel.seq }
    const request = { ...place, outcomes: reports, wanted, types, leaseMs, budgets, limits }
    return asides.length === 0 ? request : { ...request, asides }
  }

  #doubt(cycle: UnderWay, error: RiptideError): void {
    cycle.isInDoubt = true
    this.#options.onTrouble(error)
    this.#arm()
  }
}
