import { type Place, wrong } from '../core/check.js'
import { type WebhookEvent, webhookEvents } from '../core/webhook-event.js'

/** The events that a user named, each once; all of them when none was. EVENTS_INVALID otherwise. */
export function asEvents(value: unknown, place: Place): readonly WebhookEvent[] {
  if (value === undefined) return webhookEvents
  const at = { ...place, code: 'EVENTS_INVALID' } as const
  const rule = `must be a list of some of ${webhookEvents.join(', ')}, each once`
  if (!Array.isArray(value) || value.length === 0) throw wrong('EVENTS_INVALID', at, rule, value)
  const named: readonly unknown[] = value
  // More entries than there are events have one twice: a long list need not be gone through.
  const isPlain = named.length <= webhookEvents.length && new Set(named).size === named.length
  const unknown = named.find((event) => !isEvent(event))
  if (!isPlain || unknown !== undefined) throw wrong('EVENTS_INVALID', at, rule, unknown ?? value)
  return webhookEvents.filter((event) => named.includes(event))
}

function isEvent(value: unknown): value is WebhookEvent {
  return (webhookEvents as readonly unknown[]).includes(value)
}
