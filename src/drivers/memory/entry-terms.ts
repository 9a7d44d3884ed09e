import type { JobTerms } from '../../core/job-terms.js'
import type { Entry } from './entry.js'
import { extraOf } from './extra.js'

/** Gives a job the terms of its submission, as a value of its own. */
export function setTerms(entry: Entry, terms: JobTerms | undefined): void {
  if (terms !== undefined) extraOf(entry).terms = frozenTerms(terms)
  else if (entry.extra !== null) entry.extra.terms = null
}

function frozenTerms(terms: JobTerms): JobTerms {
  return Object.freeze({
    dependsOn: Object.freeze(terms.dependsOn.map((one) => Object.freeze({ ...one }))),
    concurrency: frozen(terms.concurrency),
    rate: frozen(terms.rate),
    dedupe: frozen(terms.dedupe),
    notices: Object.freeze([...terms.notices]),
    scheduleId: terms.scheduleId,
  })
}

function frozen<T extends object>(value: T | null): T | null {
  return value === null ? null : Object.freeze({ ...value })
}
