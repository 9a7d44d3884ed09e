import { describe, expect, test } from 'vitest'
import { type JobStatus, canMove, isFinal, jobStates, moves } from '../../src/core/states.js'

describe('the states of a job', () => {
  const lawful: readonly [JobStatus, JobStatus][] = [
    ['pending', 'processing'],
    ['pending', 'cancelled'],
    ['blocked', 'pending'],
    ['blocked', 'cancelled'],
    ['blocked', 'dead_letter'],
    ['processing', 'completed'],
    ['processing', 'retrying'],
    ['processing', 'dead_letter'],
    ['processing', 'cancelled'],
    ['processing', 'pending'],
    ['retrying', 'pending'],
    ['retrying', 'cancelled'],
    ['dead_letter', 'pending'],
    ['dead_letter', 'blocked'],
    ['cancelled', 'pending'],
    ['cancelled', 'blocked'],
  ]
  const pairs = jobStates.flatMap((from) => jobStates.map((to): [JobStatus, JobStatus] => [from, to]))

  test.each(pairs)('%s to %s is lawful exactly if the table says so', (from, to) => {
    expect(canMove(from, to)).toBe(lawful.some(([a, b]) => a === from && b === to))
  })

  test('only completed, dead_letter and cancelled are final', () => {
    expect(jobStates.filter(isFinal)).toEqual(['completed', 'dead_letter', 'cancelled'])
  })

  test('nothing leads out of completed', () => {
    expect(moves.completed).toEqual([])
  })
})
