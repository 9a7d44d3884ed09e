import assert from 'node:assert/strict'
import type { PutSetting, Setting, SettingAnswer } from '../../core/queue-adapter.js'
import { contractCase } from './case.js'
import { plain } from './script.js'
import type { Stage } from './stage.js'
import { hardTexts } from './texts.js'

/** Small texts that a namespace keeps, each with a version. */
export const settingCases = [
  contractCase('a new setting has version 1 and says all that was put', ['I13'], async (stage) => {
    const notices = ['completed:task', 'dead_letter:*', 'cancelled:é "🌊"']
    assert.deepEqual(plain(await put(stage, { key: 'webhook/1', text: 'é', notices })), {
      kind: 'done',
      version: 1,
    })
    assert.deepEqual(plain(await all(stage)), [{ key: 'webhook/1', version: 1, text: 'é', notices }])
  }),

  contractCase('a change goes ahead only from the version that stands', ['I2', 'I34'], async (stage) => {
    await put(stage, { text: '1' })
    assert.deepEqual(plain(await put(stage, { text: '2', version: 1 })), { kind: 'done', version: 2 })
    for (const version of [0, 1, 3]) {
      const answer = await stage.unchanged(() => put(stage, { text: 'x', version }))
      assert.deepEqual(plain(answer), { kind: 'conflict', version: 2 })
    }
    assert.deepEqual(await put(stage, { key: 'other', version: 1 }), { kind: 'conflict', version: 0 })
    assert.deepEqual(
      (await all(stage)).map(({ text }) => text),
      ['2'],
    )
  }),

  contractCase('a change that is sent twice is done once and answered the same', ['I2'], async (stage) => {
    const other = await stage.other()
    for (const version of [0, 1]) {
      const request = { key: 'k', text: `${version}`, notices: [], version, token: stage.token() }
      const first = await stage.queue.putSetting(request)
      assert.deepEqual(plain(await stage.unchanged(() => other.putSetting(request))), plain(first))
      assert.deepEqual(plain(first), { kind: 'done', version: version + 1 })
    }
  }),

  contractCase('of two who change one version one gets through', ['I2'], async (stage) => {
    const other = await stage.other()
    for (const version of [0, 1, 2]) {
      const answers = await Promise.all(
        [stage.queue, other, stage.queue, other].map((queue, i) =>
          queue.putSetting({ key: 'k', text: `${i}`, notices: [], version, token: stage.token() }),
        ),
      )
      assert.deepEqual(answers.map(({ kind }) => kind).sort(), ['conflict', 'conflict', 'conflict', 'done'])
      const won = answers.findIndex(({ kind }) => kind === 'done')
      assert.deepEqual(
        (await all(stage)).map(({ text }) => text),
        [`${won}`],
      )
    }
  }),

  contractCase('a removed setting is gone, was there once, and can come again', ['I2'], async (stage) => {
    await put(stage)
    await put(stage, { version: 1 })
    assert.equal(await stage.queue.removeSetting('key'), true)
    assert.equal(await stage.unchanged(() => stage.queue.removeSetting('key')), false)
    assert.deepEqual([await all(stage), await stage.queue.removeSetting('never')], [[], false])
    assert.equal((await put(stage, { version: 2 })).kind, 'conflict')
    assert.equal((await put(stage)).kind, 'done')
    assert.equal((await all(stage)).length, 1)
  }),

  contractCase('settings come in the order of their keys, a page at a time', ['I36'], async (stage) => {
    const keys = [
      'a',
      'a/',
      'a/1',
      'a/10',
      'a/2',
      'a~',
      'A',
      '1',
      '_',
      'b/1',
      '~',
      '.',
      '-',
      'ab',
      'a_b',
      'a-b',
      'a.b',
    ]
    for (const key of keys) await put(stage, { key })
    const sorted = [...keys].sort((a, b) => (a < b ? -1 : 1))
    assert.deepEqual(
      (await all(stage)).map(({ key }) => key),
      sorted,
    )
    const paged: string[] = []
    for (let after: string | null = null; ;) {
      const page: readonly Setting[] = await stage.queue.settings({ prefix: '', after, limit: 3 })
      paged.push(...page.map(({ key }) => key))
      if (page.length < 3) break
      after = page.at(-1)?.key ?? null
    }
    assert.deepEqual(paged, sorted)
  }),

  contractCase(
    'a prefix is taken literally, and what comes after a key is what comes after it',
    ['I15'],
    async (stage) => {
      for (const key of ['a_1', 'ab1', 'a_', 'A_1', 'a', 'b_1', 'a.1', 'a~1']) await put(stage, { key })
      const under = async (prefix: string, after: string | null = null) =>
        (await stage.queue.settings({ prefix, after, limit: 1000 })).map(({ key }) => key)
      assert.deepEqual(await under('a_'), ['a_', 'a_1'])
      assert.deepEqual(await under('a_', 'a_'), ['a_1'])
      assert.deepEqual(await under('a_', 'a_1'), [])
      assert.deepEqual(await under('a_', 'A'), ['a_', 'a_1'])
      assert.deepEqual(await under('a', 'a_0'), ['a_1', 'ab1', 'a~1'])
      assert.deepEqual([await under('nope'), await under('a_1x')], [[], []])
    },
  ),

  ...hardTexts.map(([name, text]) =>
    contractCase(`a setting keeps every byte: ${name}`, ['I13'], async (stage) => {
      await put(stage, { text })
      assert.ok((await all(stage))[0]?.text === text)
    }),
  ),

  contractCase('a long key is a key, and an empty text a text', ['I13'], async (stage) => {
    const key = 'k/'.repeat(200)
    await put(stage, { key, text: '' })
    assert.deepEqual(
      (await all(stage)).map((one) => [one.key, one.text]),
      [[key, '']],
    )
  }),

  contractCase('every process sees the settings of all', ['I15'], async (stage) => {
    const other = await stage.other()
    await put(stage, { text: '1' })
    const query = { prefix: 'key', after: null, limit: 10 }
    assert.equal((await other.settings(query))[0]?.text, '1')
    assert.equal(await other.removeSetting('key'), true)
    assert.deepEqual(await all(stage), [])
  }),

  contractCase('twelve hundred settings are paged through, a thousand at most', ['I36'], async (stage) => {
    for (let i = 0; i < 1200; i += 40)
      await Promise.all(
        Array.from({ length: 40 }, (_, j) => put(stage, { key: `k/${String(i + j).padStart(5, '0')}` })),
      )
    const first = await stage.queue.settings({ prefix: 'k/', after: null, limit: 1000 })
    const rest = await stage.queue.settings({ prefix: 'k/', after: first.at(-1)?.key ?? null, limit: 1000 })
    assert.deepEqual([first.length, rest.length, rest.at(-1)?.key], [1000, 200, 'k/01199'])
  }),
]

// -------------------------------------------------------------------------------------------------------------------

/** A setting like any other, which is to be new. */
function put(stage: Stage, part: Partial<PutSetting> = {}): Promise<SettingAnswer> {
  return stage.queue.putSetting({
    key: 'key',
    text: 'text',
    notices: [],
    version: 0,
    token: stage.token(),
    ...part,
  })
}

function all(stage: Stage): Promise<readonly Setting[]> {
  return stage.queue.settings({ prefix: '', after: null, limit: 1000 })
}
