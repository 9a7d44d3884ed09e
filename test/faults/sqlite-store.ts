import { join } from 'node:path'
import { nodeForSharing, pathOf } from '../nodes/other-node.js'
import type { FleetStore } from './fleet-store.js'
import { contentsOf } from './sqlite-contents.js'
import { SqliteHand } from './sqlite-hand.js'
import type { QueueSetting } from './worker-process.js'

type SqliteSetting = Extract<QueueSetting, { kind: 'sqlite' }>

/** A file that the processes of a fleet share: in the fleet's folder, or where the setting says. */
export function sqliteStore(setting: Partial<Omit<SqliteSetting, 'kind'>> = {}): FleetStore {
  const pathIn = (folder: string): string => setting.path ?? pathOfJobs(folder)
  return {
    node: pathOf(nodeForSharing()),
    queue: ({ folder }) => ({ kind: 'sqlite', ...setting, path: pathIn(folder) }),
    contents: ({ folder }) => contentsOf(theHand(), pathIn(folder)),
    isFree: ({ folder }) => isFree(theHand(), pathIn(folder)),
  }
}

/** Where the file is, in the folder of a fleet. */
export function pathOfJobs(folder: string): string {
  return join(folder, 'jobs.db')
}

// -------------------------------------------------------------------------------------------------------------------

/** Looks into all files of the tests in one file. */
let hand: SqliteHand | undefined

function theHand(): SqliteHand {
  hand ??= new SqliteHand({ isLasting: true })
  return hand
}

async function isFree(hand: SqliteHand, path: string): Promise<boolean> {
  try {
    await hand.exec(path, 'PRAGMA busy_timeout = 100; BEGIN IMMEDIATE; ROLLBACK')
    return true
  } catch {
    return false
  } finally {
    await hand.close(path)
  }
}
