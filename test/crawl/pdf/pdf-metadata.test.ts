import { expect, test } from 'vitest'
import { dateOf, textOf } from '../../../src/crawl/pdf/pdf-metadata.js'

test.each([
  ["D:20260304050607+01'00'", '2026-03-04T04:06:07.000Z'],
  ["D:20260304050607-05'30", '2026-03-04T10:36:07.000Z'],
  ['D:20260304050607Z', '2026-03-04T05:06:07.000Z'],
  ["D:20260304050607Z00'00'", '2026-03-04T05:06:07.000Z'],
  ['D:20260304', '2026-03-04T00:00:00.000Z'],
  ['2026', '2026-01-01T00:00:00.000Z'],
  ['2026-03-04T05:06:07+01:00', '2026-03-04T04:06:07.000Z'],
  ['D:20261304', null],
  ['yesterday', null],
  [20260304, null],
])('reads %j as the date %j', (given, expected) => {
  expect(dateOf(given)).toBe(expected)
})

test.each([
  ['  A title ', 'A title'],
  ['a\u0000b\r\nc', 'a b c'],
  [['One', 'Two'], 'One, Two'],
  ['', null],
  [undefined, null],
  ['x'.repeat(9999), 'x'.repeat(2000)],
])('reads %j as text', (given, expected) => {
  expect(textOf(given)).toBe(expected)
})
