import type { JobTerms } from '../../../src/core/job-terms.js'
import type { NewJob, QueueAdapter } from '../../../src/core/queue-adapter.js'

/** The queue is given other terms than were submitted, where there were any. */
export function changeTerms(
  queue: QueueAdapter,
  change: (terms: JobTerms, job: NewJob) => Partial<JobTerms>,
): Partial<QueueAdapter> {
  return {
    submit: (jobs) =>
      queue.submit(
        jobs.map((job) => (job.terms ? { ...job, terms: { ...job.terms, ...change(job.terms, job) } } : job)),
      ),
  }
}
