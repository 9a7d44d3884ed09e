import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { describe, expect, onTestFinished, test } from 'vitest'
import {
  type ProcessIdentity,
  type Sight,
  isSameProcess,
  lifeOf,
  ownIdentity,
} from '../../../src/drivers/sqlite/process-identity.js'
import { until } from './neighbour-stage.js'

const own: ProcessIdentity = { pid: 1, started: '10', boot: 'b', namespace: 'ns', host: 'h' }
const other: ProcessIdentity = { ...own, pid: 2, started: '20' }
/** Where the host tells neither a start nor a boot. */
const plain = { started: '', boot: '', namespace: 'darwin' }

const running = (started: string) => (): Sight => ({ kind: 'running', started })
const sees = (kind: 'ended' | 'none' | 'hidden') => (): Sight => ({ kind })
const mustNotLook = (): Sight => {
  throw new Error('its pid says nothing here')
}

describe('a process', () => {
  test.each([
    ['lives when its pid and its start are there', other, own, running('20'), 'alive'],
    ['is dead when another one has its pid', other, own, running('21'), 'dead'],
    ['is dead when its pid is not there', other, own, sees('none'), 'dead'],
    ['is dead when only its parent has not noticed', other, own, sees('ended'), 'dead'],
    ['is dead when the host was started anew', { ...other, boot: 'a' }, own, mustNotLook, 'dead'],
    ['cannot be judged on another host', { ...other, host: 'x' }, own, mustNotLook, 'unknown'],
    ['cannot be judged in another namespace', { ...other, namespace: 'x' }, own, mustNotLook, 'unknown'],
    ['cannot be judged when the host hides it', other, own, sees('hidden'), 'unknown'],
    [
      'cannot be judged from where no namespace is known',
      other,
      { ...own, namespace: '' },
      mustNotLook,
      'unknown',
    ],
    [
      'is dead without a pid where hosts tell no start',
      { ...other, ...plain },
      { ...own, ...plain },
      sees('none'),
      'dead',
    ],
    [
      'cannot be judged by a pid alone',
      { ...other, ...plain },
      { ...own, ...plain },
      sees('hidden'),
      'unknown',
    ],
    [
      'cannot be judged when only one of two knows its boot',
      { ...other, boot: '' },
      own,
      mustNotLook,
      'unknown',
    ],
  ] as const)('%s', (_, one, self, look, life) => {
    expect(lifeOf(one, self, look)).toBe(life)
  })

  test('is itself by all it has, not by its pid alone', () => {
    expect(isSameProcess(own, { ...own })).toBe(true)
    for (const key of ['pid', 'started', 'boot', 'namespace', 'host'] as const)
      expect(isSameProcess(own, { ...own, [key]: key === 'pid' ? 7 : 'x' })).toBe(false)
  })
})

describe.runIf(process.platform === 'linux')('on Linux', () => {
  test('this process lives, and none with its pid and another start', () => {
    const self = ownIdentity()
    expect(self.started).toMatch(/^\d+$/)
    expect(self.namespace).toMatch(/^pid:\[\d+\] /)
    expect(lifeOf(self, self)).toBe('alive')
    expect(lifeOf({ ...self, started: '1' }, self)).toBe('dead')
  })

  test('a process that was killed is dead', async () => {
    const child = spawn('sleep', ['60'])
    const identity = { ...ownIdentity(), pid: Number(child.pid), started: startOf(Number(child.pid)) }
    expect(lifeOf(identity, ownIdentity())).toBe('alive')
    child.kill('SIGKILL')
    await once(child, 'exit')
    expect(lifeOf(identity, ownIdentity())).toBe('dead')
  })

  test('a zombie is dead', async () => {
    // The parent becomes a program that never asks how its child ended.
    const parent = spawn('sh', ['-c', 'sleep 0.01 & echo $!; exec sleep 60'])
    onTestFinished(() => void parent.kill('SIGKILL'))
    const [chunk]: unknown[] = await once(parent.stdout, 'data')
    const pid = Number(String(chunk))
    const identity = { ...ownIdentity(), pid, started: startOf(pid) }
    await until('the end of the child', () => / Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8')))
    expect(lifeOf(identity, ownIdentity())).toBe('dead')
  })
})

// -------------------------------------------------------------------------------------------------------------------

function startOf(pid: number): string {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
  return text.slice(text.lastIndexOf(')') + 2).split(' ')[19] ?? ''
}
