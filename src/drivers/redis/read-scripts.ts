import type { Link } from './link.js'
import keyLua from './lua/read-key.lua'
import pausesLua from './lua/read-pauses.lua'
import settingsLua from './lua/read-settings.lua'
import stepsLua from './lua/read-steps.lua'
import numbersPart from './lua/part-numbers.lua'
import timePart from './lua/part-time.lua'
import briefsLua from './lua/read-briefs.lua'
import candidatesLua from './lua/read-candidates.lua'
import indexLua from './lua/read-index.lua'
import instancesLua from './lua/read-instances.lua'
import jobLua from './lua/read-job.lua'
import movingLua from './lua/read-moving.lua'
import numbersLua from './lua/read-numbers.lua'
import oldestLua from './lua/read-oldest.lua'
import withdrawalLua from './lua/read-withdrawal.lua'
import { type Script, defineScript } from './script.js'

/** A namespace as those who look into it need it. */
export interface Namespace {
  readonly link: Link
  readonly prefix: string
  /** The time in ms that the scripts are to take, empty for the server's own. */
  readonly time: () => string
}

/** The scripts that only read, by what they read. */
export const readScripts = {
  numbers: reading('numbers', numbersLua),
  job: reading('job', jobLua),
  briefs: reading('briefs', briefsLua),
  candidates: reading('candidates', candidatesLua),
  index: reading('index', indexLua),
  oldest: reading('oldest', oldestLua),
  instances: reading('instances', instancesLua),
  moving: reading('moving', numbersPart, movingLua),
  withdrawal: reading('withdrawal', withdrawalLua),
  key: reading('key', keyLua),
  pauses: reading('pauses', pausesLua),
  settings: reading('settings', settingsLua),
  steps: reading('steps', stepsLua),
} as const

/** Runs one of them. */
export function ask(space: Namespace, script: Script, args: readonly string[]): Promise<unknown> {
  return space.link.run(script, `${space.prefix}n`, [space.time(), ...args])
}

// -------------------------------------------------------------------------------------------------------------------

function reading(what: string, ...parts: readonly string[]): Script {
  return defineScript(`read-${what}`, [timePart, ...parts], { awaited: false })
}
