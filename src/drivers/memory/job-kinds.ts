import { JobKind } from './job-kind.js'

/** The types of job that there ever were. */
export class JobKinds {
  readonly #byName = new Map<string, JobKind>();

  [Symbol.iterator](): Iterator<JobKind> {
    return this.#byName.values()
  }

  /** The type of that name, a new one when there was none. */
  of(name: string): JobKind {
    const known = this.#byName.get(name)
    if (known !== undefined) return known
    const kind = new JobKind(name)
    this.#byName.set(name, kind)
    return kind
  }

  find(name: string): JobKind | undefined {
    return this.#byName.get(name)
  }

  /** Those of the names that any job ever had. */
  among(names: readonly string[]): readonly JobKind[] {
    const kinds: JobKind[] = []
    for (const name of names) {
      const kind = this.#byName.get(name)
      if (kind !== undefined) kinds.push(kind)
    }
    return kinds
  }
}
