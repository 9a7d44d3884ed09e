/** Formats of the zones used last; a zone costs about 0.1 ms and some kilobytes to set up again. */
const formats = new Map<string, Intl.DateTimeFormat>()
const keptFormats = 64

/**
 * No zone has changed its offset twice within six days since 1970 (the shortest is 6.96 days, America/Recife in October 2000),
 * so two looks that far apart see every change between them.
 */
const lookMs = 6 * 86_400_000

/** Whether the runtime knows a time zone of this IANA name. A bare offset such as `+02:00` is none: it says nothing of DST. */
export function isTimeZone(name: string): boolean {
  if (!/^[A-Za-z]/.test(name)) return false
  try {
    formatOf(name)
    return true
  } catch {
    return false
  }
}

/** What a zone's wall clock is ahead of UTC at an instant, in ms. */
export function offsetAt(zone: string, at: number): number {
  if (zone === 'UTC') return 0
  const second = Math.floor(at / 1000) * 1000
  const shown = formatOf(zone).format(second).match(/\d+/g) ?? []
  const [month = 1, day = 1, year = 1970, hour = 0, minute = 0, sec = 0] = shown.map(Number)
  return Date.UTC(year, month - 1, day, hour, minute, sec) - second
}

/** The first instant in `(from, until]` at which the zone has another offset than just before; `null` when there is none. */
export function nextOffsetChange(zone: string, from: number, until: number): number | null {
  if (zone === 'UTC') return null
  const before = offsetAt(zone, from)
  for (let low = from; low < until; low += lookMs) {
    const high = Math.min(low + lookMs, until)
    if (offsetAt(zone, high) !== before) return firstOther(zone, before, low, high)
  }
  return null
}

// -------------------------------------------------------------------------------------------------------------------

/** Zones change on whole seconds. */
function firstOther(zone: string, before: number, from: number, until: number): number {
  let low = Math.floor(from / 1000)
  let high = Math.floor(until / 1000)
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2)
    if (offsetAt(zone, middle * 1000) === before) low = middle
    else high = middle
  }
  return high * 1000
}

function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone)
  if (known) return known
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    calendar: 'gregory',
    numberingSystem: 'latn',
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  })
  const oldest = formats.keys().next()
  if (formats.size >= keptFormats && oldest.done !== true) formats.delete(oldest.value)
  formats.set(zone, format)
  return format
}
