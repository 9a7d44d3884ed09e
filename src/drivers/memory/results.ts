import type { StoredResult } from '../../core/settlement.js'
import type { Entry } from './entry.js'
import type { JobTable } from './job-table.js'

/** Keeps the result of a job that has completed. */
export function keepResult(table: JobTable, entry: Entry, result: StoredResult, until: number): void {
  table.resize(entry, 'inline' in result ? Buffer.byteLength(result.inline) : 0)
  table.shelf.keepResult(entry, result, until)
}

/** Lets a result go, and says under which key of the storage it was. */
export function dropResult(table: JobTable, entry: Entry): string | null {
  const { result } = entry
  if (result === null) return null
  table.shelf.dropResult(entry)
  if ('key' in result) return result.key
  table.resize(entry, -Buffer.byteLength(result.inline))
  return null
}
