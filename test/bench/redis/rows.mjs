import { fine, whole } from '../table.mjs'
import { adding, backlog, cost, filled, idle, killed, memory, pickUp, together } from './scenarios.mjs'

const everysec = { appendonly: 'yes', appendfsync: 'everysec' }
const perSecond = { key: 'perSecond', title: 'jobs/s', format: whole }

/**
 * What is measured: a scenario with its settings, and what is wanted of its figures. `against` names the queue that the
 * wanted ratio is to; without it the figure itself is meant. `ours` are settings that only our library has.
 */
export const rows = [
  kept(1, { atLeast: 1.3 }),
  kept(10, { atLeast: 1.6 }),
  kept(100, { atLeast: 2, goal: 3 }),
  removed(10, { atLeast: 2 }),
  removed(100, { atLeast: 3, goal: 5 }),
  {
    name: 'prefetch',
    scenario: filled,
    settings: { concurrency: 1, keep: true },
    ours: { prefetch: 100 },
    figures: [
      { ...perSecond, title: 'jobs/s, kept, concurrency 1, prefetch', wanted: toBullmq({ atLeast: 8 }) },
    ],
  },
  {
    name: 'together',
    scenario: together,
    settings: { concurrency: 50, keep: true },
    figures: [
      { ...perSecond, title: 'jobs/s, producer and worker at once, 50', wanted: toBullmq({ atLeast: 3 }) },
    ],
  },
  {
    name: 'everysec',
    scenario: filled,
    settings: { concurrency: 50, keep: true },
    server: everysec,
    figures: [
      { ...perSecond, title: 'jobs/s, kept, appendfsync everysec, 50', wanted: toBullmq({ atLeast: 2.5 }) },
    ],
  },
  {
    name: 'together-everysec',
    scenario: together,
    settings: { concurrency: 50, keep: true },
    server: everysec,
    figures: [
      {
        ...perSecond,
        title: 'jobs/s, at once, appendfsync everysec, 50',
        wanted: toBullmq({ atLeast: 2.5 }),
      },
    ],
  },
  {
    name: 'add',
    scenario: adding,
    settings: { concurrency: 50, keep: true },
    figures: [
      { key: 'bulkPerSecond', title: 'bulk adds/s', format: whole, wanted: toBullmq({ atLeast: 3.5 }) },
      {
        key: 'singlePerSecond',
        title: 'single adds/s, 50 in flight',
        format: whole,
        wanted: toBullmq({ atLeast: 2 }),
      },
    ],
  },
  {
    name: 'cost-kept',
    scenario: cost,
    settings: { concurrency: 50, keep: true },
    figures: [
      {
        key: 'runMicros',
        title: 'Redis CPU us/job run, kept',
        format: fine,
        wanted: toBullmq({ atMost: 0.5 }),
      },
      {
        key: 'cpuMicros',
        title: 'Redis CPU us/job add and run, kept',
        format: fine,
        wanted: toBullmq({ atMost: 0.5 }),
      },
      {
        key: 'commands',
        title: 'Redis commands/job, add and run, kept',
        format: fine,
        wanted: { atMost: 12 },
      },
    ],
  },
  {
    name: 'cost-removed',
    scenario: cost,
    settings: { concurrency: 50, keep: false },
    figures: [
      {
        key: 'runMicros',
        title: 'Redis CPU us/job run, removed',
        format: fine,
        wanted: toBullmq({ atMost: 0.33 }),
      },
      {
        key: 'cpuMicros',
        title: 'Redis CPU us/job add and run, removed',
        format: fine,
        wanted: toBullmq({ atMost: 0.33 }),
      },
      {
        key: 'commands',
        title: 'Redis commands/job, add and run, removed',
        format: fine,
        wanted: { atMost: 12 },
      },
    ],
  },
  {
    name: 'memory',
    scenario: memory,
    settings: { concurrency: 50, keep: true },
    figures: [
      {
        key: 'waitingBytes',
        title: 'bytes/job, waiting',
        format: whole,
        wanted: toBullmq({ atMost: 0.65, goal: 0.5 }),
      },
      {
        key: 'finishedBytes',
        title: 'bytes/job, ended, with result',
        format: whole,
        wanted: toBullmq({ atMost: 0.7, goal: 0.5 }),
      },
    ],
  },
  {
    name: 'pick-up',
    scenario: pickUp,
    settings: { concurrency: 4, keep: true },
    figures: [
      {
        key: 'p50',
        title: 'submit to start, idle, p50 ms',
        format: fine,
        wanted: { against: 'bee-queue', atMost: 1 },
      },
      {
        key: 'p99',
        title: 'submit to start, idle, p99 ms',
        format: fine,
        wanted: { against: 'bee-queue', atMost: 1 },
      },
    ],
  },
  {
    name: 'idle',
    scenario: idle,
    settings: { concurrency: 4, keep: true },
    figures: [
      { key: 'commandsPerSecond', title: 'idle worker, commands/s', format: fine, wanted: { atMost: 2 } },
      {
        key: 'callsPerSecond',
        title: 'idle worker, commands/s, those inside scripts included',
        format: fine,
      },
    ],
  },
  {
    name: 'backlog',
    scenario: backlog,
    settings: { concurrency: 50, keep: true },
    figures: [
      { key: 'shallowPerSecond', title: 'jobs/s, 50, a tenth of the jobs waiting', format: whole },
      { key: 'deepPerSecond', title: 'jobs/s, 50, ten times the jobs waiting', format: whole },
      { key: 'share', title: 'the second as a share of the first', format: fine, wanted: { atLeast: 0.8 } },
    ],
  },
  {
    name: 'killed',
    scenario: killed,
    settings: { concurrency: 4, keep: true },
    figures: [
      { key: 'seconds', title: 'back to work after kill -9, s', format: fine, wanted: { atMost: 17 } },
    ],
  },
]

// -------------------------------------------------------------------------------------------------------------------

function kept(concurrency, wanted) {
  const title = `jobs/s, kept, concurrency ${concurrency}`
  return {
    name: `kept-${concurrency}`,
    scenario: filled,
    settings: { concurrency, keep: true },
    figures: [{ ...perSecond, title, wanted: toBullmq(wanted) }],
  }
}

function removed(concurrency, wanted) {
  const title = `jobs/s, removed, concurrency ${concurrency}`
  return {
    name: `removed-${concurrency}`,
    scenario: filled,
    settings: { concurrency, keep: false },
    figures: [{ ...perSecond, title, wanted: toBullmq(wanted) }],
  }
}

function toBullmq(wanted) {
  return { against: 'bullmq', ...wanted }
}
