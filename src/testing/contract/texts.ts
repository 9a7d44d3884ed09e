const deep = `${'['.repeat(60)}1${']'.repeat(60)}`

/** JSON texts that a store which reads into them brings back changed, each with its name. */
export const hardTexts: readonly (readonly [name: string, text: string])[] = [
  ['an integer of sixteen digits', '{"n":1234567890123456}'],
  ['an integer beyond what a double holds', '{"n":9007199254740993}'],
  ['an empty array', '[]'],
  ['empty arrays and objects inside', '{"a":[],"o":{},"aa":[[],{}]}'],
  ['fractions and exponents as they were written', '[1.0,1e3,-0,0.1,1E-7,3.141592653589793]'],
  ['white space and the order of keys', '{ "b" : 1 ,\n\t"a" : [ 2 , 3 ] }'],
  ['a key twice', '{"a":1,"a":2}'],
  ['null', 'null'],
  ['an empty string', '""'],
  ['an escaped NUL', '{"s":"\\u0000"}'],
  ['escapes and slashes', '"\\/\\\\\\"\\u00e9\\ud83c\\udf0a"'],
  ['text beyond the first plane', '{"é":"日本語 🌊 עברית \u202e \u2028"}'],
  ['what means something to a store', `{"s":"'; DROP TABLE jobs; -- $1 ? :a @b %s {x} \\r\\nSET x 1"}`],
  ['keys that mean something to a language', '{"__proto__":{"x":1},"constructor":1,"then":1}'],
  ['sixty levels', deep],
  ['more than 64 KB', JSON.stringify({ big: 'x€'.repeat(40_000) })],
]

/** Keys that look alike, or that mean something to a store or to JavaScript; to us each is itself. */
export const alikeKeys: readonly string[] = [
  'a',
  'A',
  'a ',
  'a:b',
  '{a}',
  '*',
  '__proto__',
  'constructor',
  '1',
  '1.0',
  'é',
  'e\u0301',
  '🌊',
]
