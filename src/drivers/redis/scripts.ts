import cancelLua from './lua/cancel.lua'
import cycleLua from './lua/cycle.lua'
import fireLua from './lua/fire.lua'
import foreseeLua from './lua/foresee.lua'
import importLua from './lua/import.lua'
import leaveLua from './lua/leave.lua'
import mendLua from './lua/mend.lua'
import openLua from './lua/open.lua'
import addPart from './lua/part-add.lua'
import arrivalsPart from './lua/part-arrivals.lua'
import choosePart from './lua/part-choose.lua'
import controlPart from './lua/part-control.lua'
import createPart from './lua/part-create.lua'
import duePart from './lua/part-due.lua'
import freeingPart from './lua/part-freeing.lua'
import hintsPart from './lua/part-hints.lua'
import movesPart from './lua/part-moves.lua'
import numbersPart from './lua/part-numbers.lua'
import plainPart from './lua/part-plain.lua'
import recordsPart from './lua/part-records.lua'
import schedulesPart from './lua/part-schedules.lua'
import settlePart from './lua/part-settle.lua'
import timePart from './lua/part-time.lua'
import writesPart from './lua/part-writes.lua'
import pruneLua from './lua/prune.lua'
import putScheduleLua from './lua/put-schedule.lua'
import removeScheduleLua from './lua/remove-schedule.lua'
import renewLua from './lua/renew.lua'
import retryLua from './lua/retry.lua'
import schedulesLua from './lua/schedules.lua'
import submitLua from './lua/submit.lua'
import wantMovesLua from './lua/want-moves.lua'
import withdrawLua from './lua/withdraw.lua'
import { defineScript } from './script.js'

/** Nobody acts on their replies as if they were kept: with `waitReplicas` they wait for none. */
const notAwaited = { awaited: false }

const base = [timePart, numbersPart, writesPart, hintsPart]
/** What every script that moves jobs of any kind is made of. */
const moving = [...base, recordsPart, movesPart]

/** The scripts that change a namespace, by the verb they carry out. */
export const scripts = {
  open: defineScript('open', [timePart, freeingPart, openLua], notAwaited),
  submit: defineScript('submit', [
    ...base,
    slowly([recordsPart, movesPart, createPart, addPart], {
      add: 'addSlowly',
      answerForPlain: 'answerForPlain',
    }),
    submitLua,
  ]),
  cycle: defineScript('cycle', [
    ...base,
    plainPart,
    slowly([recordsPart, movesPart, duePart, settlePart, choosePart], {
      settle: 'settleSlowly',
      followDue: 'followDue',
      choose: 'choose',
      start: 'startSlowly',
    }),
    cycleLua,
  ]),
  renew: defineScript('renew', [timePart, freeingPart, renewLua], notAwaited),
  leave: defineScript('leave', [timePart, leaveLua], notAwaited),
  cancel: defineScript('cancel', [...moving, controlPart, freeingPart, cancelLua]),
  retry: defineScript('retry', [...moving, createPart, controlPart, retryLua]),
  mend: defineScript('mend', [...moving, freeingPart, mendLua], notAwaited),
  prune: defineScript('prune', [...moving, freeingPart, pruneLua], notAwaited),
  putSchedule: defineScript('putSchedule', [timePart, schedulesPart, putScheduleLua]),
  removeSchedule: defineScript('removeSchedule', [timePart, schedulesPart, removeScheduleLua]),
  schedules: defineScript('schedules', [timePart, schedulesLua], { awaited: false }),
  wantMoves: defineScript('wantMoves', [timePart, wantMovesLua], notAwaited),
  fire: defineScript('fire', [...moving, createPart, schedulesPart, fireLua]),
  withdraw: defineScript('withdraw', [...moving, schedulesPart, freeingPart, withdrawLua]),
  foresee: defineScript('foresee', [...moving, arrivalsPart, foreseeLua], notAwaited),
  import: defineScript('import', [...moving, createPart, arrivalsPart, importLua]),
} as const

// -------------------------------------------------------------------------------------------------------------------

/**
 * Parts that few steps need, made when one does: to make sixty functions takes as long as to run three jobs. In Lua they are
 * `slow().<member>`; `saveSlow()` writes what they changed.
 */
function slowly(parts: readonly string[], members: Readonly<Record<string, string>>): string {
  const table = Object.entries({ ...members, save: 'saveRecords' }).map(([name, fn]) => `${name} = ${fn}`)
  return [
    'local slowParts',
    'local function slow()',
    'if slowParts then return slowParts end',
    ...parts,
    `slowParts = { ${table.join(', ')} }`,
    'return slowParts',
    'end',
    'local function saveSlow()',
    'if slowParts then slowParts.save() end',
    'end',
  ].join('\n')
}
