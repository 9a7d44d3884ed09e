import { fine, median, table } from '../table.mjs'

/** Lines of one row: a line a figure, from `runs`, which holds the figures of each round by queue. */
export function linesOf({ figures }, runs, queues, ours = 'riptide') {
  return figures.map(({ key, title, format, wanted }) => {
    const valuesOf = (name) => runs[name].map((one) => one[key])
    const ratio = (name) => median(valuesOf(ours)) / median(valuesOf(name))
    const isThere = (name) => runs[name]?.length > 0 && runs[name].every((one) => key in one)
    const isMeasured = isThere(ours) && (wanted?.against === undefined || isThere(wanted.against))
    const counts = () => (wanted.against === undefined ? median(valuesOf(ours)) : ratio(wanted.against))
    return [
      title,
      ...queues.map((name) => (isThere(name) ? cellOf(valuesOf(name), format) : 'not there')),
      ...peersIn(queues, ours).map((name) => (isThere(ours) && isThere(name) ? fine(ratio(name)) : '-')),
      wanted === undefined ? '' : wantedText(wanted),
      wanted === undefined || !isMeasured ? '' : verdictOf(counts(), wanted),
    ]
  })
}

/** All lines under their head. */
export function tableOf(lines, queues, ours = 'riptide') {
  return table(['', ...queues, ...peersIn(queues, ours).map((name) => `to ${name}`), 'wanted', ''], lines)
}

// -------------------------------------------------------------------------------------------------------------------

function peersIn(queues, ours) {
  return queues.filter((name) => name !== ours)
}

function cellOf(values, format) {
  const middle = format(median(values))
  return values.length === 1
    ? middle
    : `${middle} (${format(Math.min(...values))} - ${format(Math.max(...values))})`
}

function wantedText({ against, atLeast, atMost, goal }) {
  const unit = against === undefined ? '' : ` x ${against}`
  const bound = atLeast === undefined ? `<= ${atMost}` : `>= ${atLeast}`
  return `${bound}${unit}${goal === undefined ? '' : `, goal ${goal}`}`
}

function verdictOf(value, { atLeast, atMost, goal }) {
  const meets = (bound) => (atLeast === undefined ? value <= bound : value >= bound)
  if (goal !== undefined && meets(goal)) return 'goal'
  return meets(atLeast ?? atMost) ? 'met' : 'MISSED'
}
