import cancelLua from './lua/cancel.lua'
import cycleLua from './lua/cycle.lua'
import fireLua from './lua/fire.lua'
import foreseeLua from './lua/foresee.lua'
import importLua from './lua/import.lua'
import leaveLua from './lua/leave.lua'
import mendLua from './lua/mend.lua'
import openLua from './lua/open.lua'
import discardLua from './lua/discard.lua'
import keepStepLua from './lua/keep-step.lua'
import addPart from './lua/part-add.lua'
import arrivalsPart from './lua/part-arrivals.lua'
import choosePart from './lua/part-choose.lua'
import controlPart from './lua/part-control.lua'
import createPart from './lua/part-create.lua'
import dedupePart from './lua/part-dedupe.lua'
import duePart from './lua/part-due.lua'
import freeingPart from './lua/part-freeing.lua'
import gatesPart from './lua/part-gates.lua'
import hintsPart from './lua/part-hints.lua'
import intakePart from './lua/part-intake.lua'
import keysPart from './lua/part-keys.lua'
import mendPart from './lua/part-mend.lua'
import mendKeysPart from './lua/part-mend-keys.lua'
import movesPart from './lua/part-moves.lua'
import noticesPart from './lua/part-notices.lua'
import numbersPart from './lua/part-numbers.lua'
import partsPart from './lua/part-parts.lua'
import plainPart from './lua/part-plain.lua'
import recordsPart from './lua/part-records.lua'
import schedulesPart from './lua/part-schedules.lua'
import settlePart from './lua/part-settle.lua'
import stepsPart from './lua/part-steps.lua'
import termsPart from './lua/part-terms.lua'
import tiesPart from './lua/part-ties.lua'
import timePart from './lua/part-time.lua'
import turnsPart from './lua/part-turns.lua'
import wordsPart from './lua/part-words.lua'
import writesPart from './lua/part-writes.lua'
import pauseLua from './lua/pause.lua'
import pruneLua from './lua/prune.lua'
import putScheduleLua from './lua/put-schedule.lua'
import putSettingLua from './lua/put-setting.lua'
import removeScheduleLua from './lua/remove-schedule.lua'
import removeSettingLua from './lua/remove-setting.lua'
import renewLua from './lua/renew.lua'
import reprioritiseLua from './lua/reprioritise.lua'
import resumeLua from './lua/resume.lua'
import retryLua from './lua/retry.lua'
import schedulesLua from './lua/schedules.lua'
import submitLua from './lua/submit.lua'
import wantMovesLua from './lua/want-moves.lua'
import withdrawLua from './lua/withdraw.lua'
import { defineScript } from './script.js'

/** Nobody acts on their replies as if they were kept: with `waitReplicas` they wait for none. */
const notAwaited = { awaited: false }

const base = [timePart, numbersPart, writesPart, hintsPart]
/** What jobs do with keys that they share, in `keys()`. */
const keysParts = [gatesPart, turnsPart, keysPart]
const keysMembers = {
  count: 'countReady',
  lineUp: 'lineUpKeyed',
  leaveReady: 'leaveReadyKeyed',
  beginLife: 'beginLifeKeyed',
  endLife: 'endLifeKeyed',
  limitsOf: 'limitsOf',
  endRun: 'endRun',
  start: 'startKeyed',
  placesOf: 'placesOf',
  firstAt: 'firstAt',
  nextAt: 'nextAt',
  openRates: 'openRates',
  nextOpening: 'nextOpening',
  isCut: 'function() return isTurnCut end',
  tidy: 'tidyRates',
} as const
const keyed = lazily('keys', keysParts, keysMembers)

/** What few jobs have, in `rare()`. */
const rareParts = [wordsPart, termsPart, tiesPart, dedupePart, noticesPart, stepsPart, intakePart]
const rareMembers = {
  submit: 'submitOne',
  admit: 'admit',
  revive: 'revive',
  parseTerms: 'parseTerms',
  flagsOf: 'flagsOf',
  keepTerms: 'keepTerms',
  arrive: 'arrive',
  headOf: 'headOf',
  hold: 'hold',
  willHold: 'willHold',
  isTied: 'isTied',
  isTold: 'isTold',
  unlist: 'unlist',
  letGo: 'letGo',
  noteHeldJob: 'noteHeldJob',
  followTie: 'followTie',
  untieSome: 'untieSome',
  untieAll: 'untieAll',
  wantsNotice: 'wantsNotice',
  asksNotice: 'asksNotice',
  holderOf: 'holderOf',
  tidyWindows: 'tidyWindows',
} as const

const rarely = lazily('rare', rareParts, rareMembers)

/** What every script that moves jobs of any kind is made of. */
const moving = [...base, recordsPart, movesPart, createPart, keyed, rarely]

/** The scripts that change a namespace, by the verb they carry out. */
export const scripts = {
  open: defineScript('open', [timePart, freeingPart, openLua], notAwaited),
  submit: defineScript(
    'submit',
    nested(
      [timePart],
      [numbersPart, writesPart, hintsPart],
      [
        slowly([recordsPart, movesPart, createPart, keyed, rarely, addPart], {
          add: 'addSlowly',
          answerForPlain: 'answerForPlain',
        }),
        submitLua,
      ],
    ),
  ),
  cycle: defineScript(
    'cycle',
    nested(
      [timePart],
      [numbersPart, writesPart],
      [hintsPart, plainPart],
      [
        slowly(
          [
            recordsPart,
            movesPart,
            keyed,
            lazily('rare', [createPart, ...rareParts], rareMembers),
            duePart,
            settlePart,
            choosePart,
            partsPart,
          ],
          {
            settle: 'settleSlowly',
            followDue: 'followDue',
            choose: 'choose',
            start: 'startSlowly',
            claimParts: 'claimParts',
            freeSlots: 'freeSlots',
            openRates: 'function() return keys().openRates() end',
            nextOpening: 'function() return keys().nextOpening() end',
            asksNotice: 'function(name) return rare().asksNotice(name) end',
          },
        ),
        cycleLua,
      ],
    ),
  ),
  renew: defineScript('renew', [timePart, freeingPart, renewLua], notAwaited),
  leave: defineScript('leave', [timePart, leaveLua], notAwaited),
  cancel: defineScript('cancel', [...moving, controlPart, freeingPart, cancelLua]),
  retry: defineScript('retry', [...moving, controlPart, stepsPart, retryLua]),
  reprioritise: defineScript('reprioritise', [...moving, controlPart, freeingPart, reprioritiseLua]),
  discard: defineScript('discard', [...moving, freeingPart, discardLua]),
  keepStep: defineScript('keepStep', [timePart, stepsPart, keepStepLua]),
  pause: defineScript('pause', [timePart, freeingPart, pauseLua]),
  resume: defineScript('resume', [...base, resumeLua]),
  putSetting: defineScript('putSetting', [timePart, putSettingLua]),
  removeSetting: defineScript('removeSetting', [timePart, freeingPart, removeSettingLua]),
  mend: defineScript(
    'mend',
    [
      ...base,
      recordsPart,
      movesPart,
      createPart,
      lazily('keys', [...keysParts, mendKeysPart], { ...keysMembers, mend: 'mendKeyed' }),
      lazily('rare', [...rareParts, mendPart], {
        ...rareMembers,
        mendTies: 'mendTies',
        mendParent: 'mendParent',
      }),
      freeingPart,
      mendLua,
    ],
    notAwaited,
  ),
  prune: defineScript('prune', [...moving, freeingPart, pruneLua], notAwaited),
  putSchedule: defineScript('putSchedule', [timePart, schedulesPart, putScheduleLua]),
  removeSchedule: defineScript('removeSchedule', [timePart, schedulesPart, removeScheduleLua]),
  schedules: defineScript('schedules', [timePart, schedulesLua], { awaited: false }),
  wantMoves: defineScript('wantMoves', [timePart, wantMovesLua], notAwaited),
  fire: defineScript('fire', [...moving, schedulesPart, fireLua]),
  withdraw: defineScript('withdraw', [...moving, schedulesPart, freeingPart, withdrawLua]),
  foresee: defineScript('foresee', [...moving, arrivalsPart, foreseeLua], notAwaited),
  import: defineScript('import', [...moving, arrivalsPart, stepsPart, importLua]),
} as const

// -------------------------------------------------------------------------------------------------------------------

/**
 * Parts in functions, each within the one before. A function looks each local that it shares with the one around it up in the list
 * of all that are shared so, but copies what that one shares with those around it: without this a step spends a sixth of its time
 * on that list.
 */
function nested(...levels: readonly (readonly string[])[]): readonly string[] {
  const open = levels.flatMap((parts, i) => (i === 0 ? parts : ['return (function()', ...parts]))
  return [...open, ...levels.slice(1).map(() => 'end)()')]
}

/**
 * Parts that few steps need, made when one does: to make sixty functions takes as long as to run three jobs. In Lua they are
 * `slow().<member>`; `saveSlow()` writes what they changed.
 */
function slowly(parts: readonly string[], members: Readonly<Record<string, string>>): string {
  return [
    'local slow',
    lazily('slow', parts, { ...members, save: 'saveRecords' }),
    'local function saveSlow()',
    'if slowParts then slowParts.save() end',
    'end',
  ].join('\n')
}

/** Parts that are made at the first call of a function, which is declared before: it answers a table of their members. */
function lazily(name: string, parts: readonly string[], members: Readonly<Record<string, string>>): string {
  const made = `${name}Parts`
  return [
    `local ${made}`,
    `${name} = function()`,
    `if ${made} then return ${made} end`,
    ...parts,
    `${made} = { ${Object.entries(members)
      .map(([member, value]) => `${member} = ${value}`)
      .join(', ')} }`,
    `return ${made}`,
    'end',
  ].join('\n')
}
