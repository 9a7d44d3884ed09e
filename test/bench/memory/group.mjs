import { fine, whole } from '../table.mjs'

// No-op jobs at concurrency 100: "filled first" times the work on a full queue, "as submitted" the way in as well.
// A job of ours is stored, claimed with a lease and a fence, timed and committed; one of the peers is a function call.

export const contenders = [
  { name: 'riptide, 1 worker x 100', program: 'memory/riptide.mjs', args: ['1', '100'] },
  { name: 'riptide, 4 workers x 25', program: 'memory/riptide.mjs', args: ['4', '25'] },
  { name: 'fastq', program: 'memory/fastq.mjs', args: [] },
  { name: 'p-queue', program: 'memory/p-queue.mjs', args: [] },
  { name: 'riptide, one at a time', program: 'memory/pick-up.mjs', args: [] },
]

export const views = [
  {
    title: 'No-op jobs, concurrency 100',
    columns: [
      { key: 'filled', title: 'filled first, jobs/s', format: whole },
      { key: 'submitted', title: 'as submitted, jobs/s', format: whole },
      { key: 'cpuMicros', title: 'as submitted, CPU us/job', format: fine },
    ],
  },
  {
    title: 'Pick-up of one job by an idle service, submitJob to handler',
    columns: [
      { key: 'p50', title: 'p50 ms', format: (ms) => ms.toFixed(3) },
      { key: 'p99', title: 'p99 ms', format: (ms) => ms.toFixed(3) },
    ],
  },
]

export async function prepare() {
  return { env: {}, close: async () => undefined }
}
