import { bucketOf } from '../../core/histogram.js'
import type {
  Claim,
  CycleReply,
  CycleRequest,
  LeaseRef,
  OutcomeReport,
  Reclaimed,
} from '../../core/queue-adapter.js'
import type { Settlement } from '../../core/settlement.js'
import { idOf, nameOf, textOf, wordOf } from './names.js'
import { parseClaim } from './record.js'

/** What a cycle sends behind the time and the word for a cluster. */
export function cycleWords(request: CycleRequest, most: number): string[] {
  const { instance, channel, seq, leaseMs, budgets, types, outcomes } = request
  const [wanted = [], ...asides] = lanesOf(request, most)
  const args = [
    nameOf(instance),
    String(channel),
    String(seq),
    String(leaseMs),
    [`${budgets.high} ${budgets.normal} ${budgets.low}`, ...extraLines(request, asides)].join('\n'),
    wanted.join(' '),
    ` ${types.map(wordOf).join(' ')} `,
  ]
  args.push('')
  const groups = new Map<string, string>()
  const groupsAt = args.length - 1
  const outcomeArgs: string[] = []
  for (const outcome of outcomes) {
    const words = groupWords(outcome)
    let group = groups.get(words)
    if (group === undefined) groups.set(words, (group = String(groups.size + 1)))
    const { id, runMs } = outcome
    outcomeArgs.push(nameOf(id), group, String(runMs), String(bucketOf(runMs)), textOfOutcome(outcome))
  }
  args[groupsAt] = String(groups.size)
  args.push(...groups.keys(), ...outcomeArgs)
  return args
}

/** The reply of a cycle; `most` is the number of claims beyond which it was not asked for more. */
export function cycleReply(reply: unknown, request: CycleRequest, most: number): CycleReply {
  if (reply === 'old') return { kind: 'old' }
  const [now, nextDueAt, more, stale, reclaimed, cancelled, claimed] = reply as Reply
  const claims = claimsOf(claimed)
  return {
    kind: 'done',
    now: Number(now),
    claims,
    stale: stale.map(leaseOf),
    reclaimed: reclaimed.map(reclaimedOf),
    cancelled: cancelled.map(leaseOf),
    nextDueAt: nextDueAt === '' ? null : Number(nextDueAt),
    more: more === '1' || (wantedBy(request) > most && claims.length === most),
  }
}

/** `<name> <fence>` of a run. */
export function leaseOf(text: string): LeaseRef {
  const [name = '', fence = ''] = text.split(' ')
  return { id: idOf(name), fence: textOf(fence) }
}

// -------------------------------------------------------------------------------------------------------------------

type Reply = readonly [
  now: string,
  nextDueAt: string,
  more: string,
  stale: readonly string[],
  reclaimed: readonly string[],
  cancelled: readonly string[],
  claims: readonly string[],
]

function wantedBy({ wanted, asides = [] }: CycleRequest): number {
  return asides.reduce((sum, part) => sum + part.wanted.length, wanted.length)
}

/** The lanes of each part, as far as one step goes. */
function lanesOf({ wanted, asides = [] }: CycleRequest, most: number): readonly (readonly number[])[] {
  let left = most
  return [wanted, ...asides.map((part) => part.wanted)].map((lanes) => {
    const some = lanes.length > left ? lanes.slice(0, left) : lanes
    left -= some.length
    return some
  })
}

/** What few cycles say: limits of the whole queue, and slots set aside for some types. */
function extraLines(
  { limits, asides = [] }: CycleRequest,
  lanes: readonly (readonly number[])[],
): readonly string[] {
  const lines = asides.map(({ types }, i) => `A ${(lanes[i] ?? []).join(' ')}|${types.map(wordOf).join(' ')}`)
  if (limits === undefined || (limits.concurrency === null && limits.rate === null)) return lines
  return [`L ${limits.concurrency ?? '-'} ${limits.rate?.max ?? '-'} ${limits.rate?.perMs ?? '-'}`, ...lines]
}

/** What many outcomes of a step have in common, see part-plain.lua. */
function groupWords({ fence, settlement, resultTtlMs, keep }: OutcomeReport): string {
  const word = wordOf(fence)
  if (settlement.kind === 'release') return `F ${word}${settlement.afterMs ? ` ${settlement.afterMs}` : ''}`
  if (settlement.kind === 'complete')
    return `${kindOf(settlement)} ${word} ${resultTtlMs} ${keep ? '1' : '0'}`
  return settlement.kind === 'retry' ? `R ${word} ${settlement.afterMs}` : `L ${word}`
}

function kindOf({ result }: Extract<Settlement, { kind: 'complete' }>): string {
  if (result === null) return '-'
  return 'inline' in result ? 'i' : 'k'
}

function textOfOutcome({ settlement }: OutcomeReport): string {
  if (settlement.kind === 'retry' || settlement.kind === 'fail') return JSON.stringify(settlement.error)
  if (settlement.kind === 'release' || settlement.result === null) return ''
  return 'inline' in settlement.result ? settlement.result.inline : settlement.result.key
}

function claimsOf(words: readonly string[]): Claim[] {
  const claims: Claim[] = []
  for (let i = 0; i + 2 < words.length; i += 3) {
    claims.push(parseClaim(words[i] ?? '', Number(words[i + 1]), words[i + 2] ?? ''))
  }
  return claims
}

function reclaimedOf(text: string): Reclaimed {
  const [name = '', type = '', letter, failures] = text.split(' ')
  return {
    id: idOf(name),
    type: textOf(type),
    status: letter === 'L' ? 'dead_letter' : 'pending',
    failures: Number(failures),
  }
}
