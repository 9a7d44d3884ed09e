import { throwIfAborted } from '../core/abort.js'
import { nextTurn } from '../core/clock.js'
import type { NewSchedule, Setting } from '../core/queue-adapter.js'
import type { OpenedSchedule } from '../core/schedule.js'
import { nextRun } from '../engine/next-run.js'
import type { Hub } from './hub.js'
import { recurrenceOf } from './schedule-book.js'

/** What became of the texts that the key which seals now has not sealed. */
export interface Resealed {
  /** That it has sealed now. */
  readonly resealed: number
  /** That it has still not: others changed them meanwhile, or they cannot be read. */
  readonly left: number
  /** Of those left, the ones that none of the keys opens. */
  readonly unreadable: number
}

/**
 * Puts each setting and each schedule again whose text the first key has not sealed, so that the others can be taken away: as it
 * stands, and only if it still does. One at a time; called again, or beside others, it does what is left.
 */
export async function reseal(hub: Hub, signal: AbortSignal): Promise<Resealed> {
  let resealed = 0
  for await (const page of outdatedSettings(hub, signal))
    for (const setting of page) if (await putSetting(hub, setting, signal)) resealed++
  for (const schedule of await outdatedSchedules(hub))
    if (await putSchedule(hub, schedule, signal)) resealed++
  return { resealed, ...(await countLeft(hub, signal)) }
}

// -------------------------------------------------------------------------------------------------------------------

/** Settings in one look: one may have 64 KiB. */
const pageSize = 50

/** A slot that is farther off does not come while its schedule is put. */
const marginMs = 1_000

async function* outdatedSettings(hub: Hub, signal: AbortSignal): AsyncGenerator<readonly Setting[]> {
  let after: string | null = null
  for (;;) {
    throwIfAborted(signal)
    const query = { prefix: '', after, limit: pageSize }
    const page: readonly Setting[] = await hub.ask((store) => store.settings(query))
    yield page.filter(({ outdated }) => outdated)
    if (page.length < pageSize) return
    after = page.at(-1)?.key ?? null
    await nextTurn(hub.options.clock)
  }
}

async function outdatedSchedules(hub: Hub): Promise<readonly OpenedSchedule[]> {
  return (await hub.ask((store) => store.schedules())).filter(({ outdated }) => outdated)
}

async function putSetting(hub: Hub, setting: Setting, signal: AbortSignal): Promise<boolean> {
  throwIfAborted(signal)
  const { key, text, notices, version, fault } = setting
  if (fault) return false
  const request = { key, text, notices, version, token: hub.newId() }
  const answer = await hub.ask((store) => store.putSetting(request))
  return answer.kind === 'done'
}

/**
 * A put sets the slot, and that must neither go back, or it fires twice, nor be lost. One that is far off is put as it is. One that is
 * near or due may be fired between the look and the put: so the schedule goes to a later slot first, with a digest of nobody's, and is
 * set back to its own if the answer says that nothing was fired meanwhile. Stopped between the two it has lost those slots.
 */
async function putSchedule(hub: Hub, record: OpenedSchedule, signal: AbortSignal): Promise<boolean> {
  throwIfAborted(signal)
  if (record.fault) return false
  const soon = hub.storeTime.now() + marginMs
  if (record.nextSlot === null || record.nextSlot > soon)
    return isDone(record, await put(hub, asItIs(record)))
  const later = laterSlot(record, soon)
  const parked = await put(hub, { ...asItIs(record), digest: '', nextSlot: later })
  if (!isDone(record, parked)) return false
  const wasFired = parked.fired + parked.skipped !== record.fired + record.skipped
  const nextSlot = wasFired ? later : record.nextSlot
  await put(hub, { ...asItIs(record), nextSlot, ifVersion: parked.version })
  return true
}

function asItIs({ id, name, digest, definition, enabled, nextSlot, version }: OpenedSchedule): NewSchedule {
  return { id, name, digest, definition, enabled, nextSlot, ifVersion: version }
}

function put(hub: Hub, schedule: NewSchedule): Promise<OpenedSchedule | null> {
  return hub.ask((store) => store.putSchedule(schedule))
}

/** This put went ahead, and not somebody else's. */
function isDone(record: OpenedSchedule, standing: OpenedSchedule | null): standing is OpenedSchedule {
  return standing?.id === record.id && standing.version === record.version + 1 && !standing.outdated
}

/** A slot of its own; of one that this version cannot read, which it does not fire either, just a later instant. */
function laterSlot(record: OpenedSchedule, after: number): number {
  try {
    return nextRun(recurrenceOf(record), after)
  } catch {
    return after
  }
}

async function countLeft(hub: Hub, signal: AbortSignal): Promise<Pick<Resealed, 'left' | 'unreadable'>> {
  const left: (Setting | OpenedSchedule)[] = [...(await outdatedSchedules(hub))]
  for await (const page of outdatedSettings(hub, signal)) left.push(...page)
  return { left: left.length, unreadable: left.filter(({ fault }) => fault).length }
}
