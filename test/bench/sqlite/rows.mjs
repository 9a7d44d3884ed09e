import { fine, whole } from '../table.mjs'
import { adding, even, filled, pickUp, pickUpAlone } from './scenarios.mjs'

const toBullmq = (bound) => ({ against: 'bullmq', ...bound })
const perSecond = (title, wanted) => ({ key: 'perSecond', title, format: whole, wanted })
const waits = (title, atMost) => [
  {
    key: 'p50',
    title: `${title} p50, ms`,
    format: fine,
    wanted: atMost === undefined ? undefined : { atMost },
  },
  { key: 'p99', title: `${title} p99, ms`, format: fine },
]

/** What is measured: a scenario with its settings and the queues that take part; `bullmq` runs on a Redis without persistence. */
export const rows = [
  {
    name: 'full-100',
    scenario: filled,
    settings: { synchronous: 'full', concurrency: 100, keep: true },
    queues: ['riptide-sqlite', 'bullmq'],
    figures: [
      perSecond('jobs/s, FULL, concurrency 100', toBullmq({ atLeast: 1 })),
      { key: 'ofDisk', title: 'of syncs/s x jobs a commit', format: fine, wanted: { atLeast: 0.7 } },
    ],
  },
  {
    name: 'normal-100',
    scenario: filled,
    settings: { synchronous: 'normal', concurrency: 100, keep: true },
    queues: ['riptide-sqlite', 'bullmq'],
    figures: [perSecond('jobs/s, NORMAL, concurrency 100', toBullmq({ atLeast: 2.5, goal: 5 }))],
  },
  {
    name: 'normal-10',
    scenario: filled,
    settings: { synchronous: 'normal', concurrency: 10, keep: true },
    queues: ['riptide-sqlite', 'bullmq'],
    figures: [perSecond('jobs/s, NORMAL, concurrency 10')],
  },
  {
    name: 'add',
    scenario: adding,
    settings: { synchronous: 'full', concurrency: 50, keep: true },
    queues: ['riptide-sqlite', 'bullmq'],
    figures: [
      { key: 'bulkPerSecond', title: 'bulk adds/s, FULL', format: whole },
      { key: 'singlePerSecond', title: 'single adds/s, FULL, 50 in flight', format: whole },
    ],
  },
  {
    name: 'pick-up',
    scenario: pickUpAlone,
    settings: { synchronous: 'normal', concurrency: 1, keep: true },
    queues: ['riptide-sqlite'],
    figures: waits('submit to start, NORMAL, one process', 1),
  },
  {
    name: 'pick-up-across',
    scenario: pickUp,
    settings: { synchronous: 'normal', concurrency: 1, keep: true },
    queues: ['riptide-sqlite', 'bullmq'],
    figures: waits('submit to start, NORMAL, across processes', 10),
  },
  {
    name: 'pick-up-full',
    scenario: pickUpAlone,
    settings: { synchronous: 'full', concurrency: 1, keep: true },
    queues: ['riptide-sqlite'],
    figures: waits('submit to start, FULL, one process'),
  },
  {
    name: 'even',
    scenario: even,
    settings: { synchronous: 'normal', concurrency: 10, keep: true },
    queues: ['riptide-sqlite'],
    figures: [
      {
        key: 'off',
        title: 'four processes, furthest from an even share',
        format: fine,
        wanted: { atMost: 0.25 },
      },
      { key: 'perSecond', title: 'four processes, jobs/s in all', format: whole },
    ],
  },
]
