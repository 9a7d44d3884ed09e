import { describe, expect, test } from 'vitest'
import { robotsAllows } from '../../../src/crawl/fetch/robots.js'

const at = (path: string): string => `http://site.test${path}`
const allows = (lines: readonly string[], agent: string, path: string): boolean =>
  robotsAllows(lines.join('\n'), agent, at(path))

describe('the lines of a robots.txt', () => {
  test('that say nothing forbid nothing', () => {
    for (const text of [
      '',
      'foo: MyBot\nbar: /',
      '<html><body>Not found</body></html>',
      'Disallow: /',
      '\0\0\0',
    ]) {
      expect(robotsAllows(text, 'MyBot', at('/x'))).toBe(true)
    }
  })

  test('may end in any way, begin with a byte order mark and be indented', () => {
    for (const end of ['\n', '\r', '\r\n']) {
      expect(
        robotsAllows(
          ['\ufeffUser-agent: MyBot', '', '  Disallow:/x  ', 'Allow: /x/y'].join(end),
          'MyBot',
          at('/x'),
        ),
      ).toBe(false)
    }
  })

  test('are read whatever their case, without a colon and with the common slips', () => {
    for (const key of [
      'DISALLOW:',
      'dIsAlLoW :',
      'disallow',
      'dissallow:',
      'disalow:',
      'diasllow:',
      'disallaw:',
    ]) {
      expect(allows(['uSeR-aGeNt: MyBot', `${key} /x`], 'MyBot', '/x')).toBe(false)
    }
    for (const key of ['useragent:', 'user agent:', 'USER-AGENT'])
      expect(allows([`${key} MyBot`, 'disallow: /x'], 'MyBot', '/x')).toBe(false)
    expect(allows(['User-agent: MyBot', 'Disallowed: /x', 'Noindex: /x'], 'MyBot', '/x')).toBe(true)
  })

  test('end at a comment', () => {
    const lines = ['User-agent: MyBot # us', '# Disallow: /', 'Disallow: /x#y']
    expect(allows(lines, 'MyBot', '/a')).toBe(true)
    expect(allows(lines, 'MyBot', '/xz')).toBe(false)
  })

  test('beyond 500 KiB do not count, nor does the one that is cut in two there', () => {
    const rule = 'Disallow: /end'
    const filled = (rest: string): string =>
      `User-agent: *\n${'#'.repeat(500 * 1024 - 15 - rest.length)}\n${rest}`
    expect(robotsAllows(`${filled(rule)}\n`.slice(0, 500 * 1024), 'MyBot', at('/end'))).toBe(false)
    expect(robotsAllows(`${filled(rule)}\nDisallow: /late`, 'MyBot', at('/late'))).toBe(true)
    expect(robotsAllows(`${filled('Disallow: /')}private\n`, 'MyBot', at('/open'))).toBe(true)
  })

  test('of endless length cost no time', () => {
    const stars = `User-agent: *\n${`Disallow: /${'*a'.repeat(4000)}b\n`.repeat(50)}`
    expect(robotsAllows(stars, 'MyBot', at(`/${'a'.repeat(8000)}`))).toBe(true)
  })
})

describe('the groups of a robots.txt', () => {
  const groups = [
    'Allow: /stray',
    'User-agent: OneBot',
    'Disallow: /',
    'Allow: /one',
    'User-agent: TwoBot',
    'Disallow: /',
    'Allow: /two',
    '',
    'Sitemap: http://site.test/sitemap.xml',
    'Allow: /also-two',
    'User-agent: ThreeBot',
    'Crawl-delay: 5',
    'User-agent: OneBot',
    'Allow: /shared',
    'Disallow: /',
  ]

  test.each([
    ['OneBot', '/one', true],
    ['OneBot', '/shared', true],
    ['OneBot', '/two', false],
    ['OneBot', '/stray', false],
    ['TwoBot', '/two', true],
    ['TwoBot', '/also-two', true],
    ['TwoBot', '/shared', false],
    ['ThreeBot', '/shared', true],
    ['ThreeBot', '/one', false],
    ['OtherBot', '/anything', true],
  ])('are merged by name: %s at %s is allowed: %s', (agent, path, allowed) => {
    expect(allows(groups, agent, path)).toBe(allowed)
  })

  test('for all count only where none names us', () => {
    const lines = [
      'User-agent: *',
      'Disallow: /x',
      'User-agent: MyBot',
      'Disallow: /y',
      'User-agent: *',
      'Disallow: /z',
    ]
    expect(['/x', '/y', '/z'].map((path) => allows(lines, 'MyBot', path))).toEqual([true, false, true])
    expect(['/x', '/y', '/z'].map((path) => allows(lines, 'OtherBot', path))).toEqual([false, true, false])
    expect(allows(['User-agent: *', 'Disallow: /', 'User-agent: MyBot'], 'MyBot', '/x')).toBe(true)
  })

  test.each([
    'MyBot',
    'mybot',
    'MYBOT/2.1',
    'MyBot/2.1 (+https://example.com/bot)',
    ' MyBot',
    'Mozilla/5.0 (compatible; MyBot/0.1; https://example.com/bot.html)',
    'Mozilla/5.0 (Linux; Android 6.0.1) AppleWebKit/537.36 (KHTML, like Gecko; compatible; MyBot/2.1; +https://example.com/)',
    'Mozilla/5.0 (compatible;MyBot)',
  ])('know us by the product token of %j', (agent) => {
    expect(allows(['User-agent: myBOT', 'Disallow: /'], agent, '/x')).toBe(false)
    expect(allows(['User-agent: Mozilla', 'Disallow: /'], agent, '/x')).toBe(true)
  })

  test.each(['MyBot/1.0 (compatible; OtherBot/2.0)', 'MyBot (like Mozilla/5.0; compatible; OtherBot)'])(
    'know us by the first name of %j, which hides behind no browser',
    (agent) => {
      expect(allows(['User-agent: OtherBot', 'Disallow: /'], agent, '/x')).toBe(true)
      expect(allows(['User-agent: MyBot', 'Disallow: /'], agent, '/x')).toBe(false)
    },
  )

  test('mean a browser only where the user agent names no other', () => {
    const lines = ['User-agent: Mozilla', 'Disallow: /']
    expect(allows(lines, 'Mozilla/5.0 (X11; Linux x86_64)', '/x')).toBe(false)
    expect(allows(lines, 'Mozilla/5.0 (compatible; 360Spider)', '/x')).toBe(false)
  })

  test('may name us as we introduce ourselves, in full', () => {
    const name = 'Mozilla/5.0 (compatible; MyBot/0.1; https://example.com/bot.html)'
    expect(allows([`User-agent: ${name}`, 'Disallow: /'], name, '/x')).toBe(false)
    expect(allows([`User-agent: ${name}`, 'Disallow: /'], 'Mozilla/5.0 (compatible; OtherBot)', '/x')).toBe(
      true,
    )
  })

  test.each(['MyBot/1.0', 'MyBot Images', 'MyBot*'])('mean us when they say %j', (line) => {
    expect(allows([`User-agent: ${line}`, 'Disallow: /'], 'MyBot/2.1', '/x')).toBe(false)
  })

  test.each(['My', 'MyBot-Images', 'NotMyBot', '**', '*Bot'])('do not mean us when they say %j', (line) => {
    expect(allows([`User-agent: ${line}`, 'Disallow: /'], 'MyBot/2.1', '/x')).toBe(true)
  })

  test('for all are those of a crawler without a name', () => {
    expect(allows(['User-agent: MyBot', 'Disallow: /'], '', '/x')).toBe(true)
    expect(allows(['User-agent: *', 'Disallow: /'], '', '/x')).toBe(false)
  })
})

describe('the rules of a robots.txt', () => {
  const rules =
    (...lines: string[]) =>
    (path: string) =>
      allows(['User-agent: MyBot', ...lines], 'MyBot', path)

  test('are decided by the longest match, and for Allow where two are equal', () => {
    expect(rules('Disallow: /x/page.html', 'Allow: /x/')('/x/page.html')).toBe(false)
    expect(rules('Allow: /x/page.html', 'Disallow: /x/')('/x/page.html')).toBe(true)
    expect(rules('Disallow: /', 'Allow: /')('/x')).toBe(true)
    expect(rules('Allow: /folder', 'Disallow: /folder')('/folder/page')).toBe(true)
    expect(rules('Disallow: /x', 'Allow: /x/')('/x')).toBe(false)
    expect(rules('Disallow: /x', 'Allow: /x/')('/x/')).toBe(true)
    expect(rules('Allow: /page', 'Disallow: /*.html')('/page.html')).toBe(false)
    expect(rules('Allow: /x/page.', 'Disallow: /*.html')('/x/page.html')).toBe(true)
  })

  test('without a pattern mean nothing', () => {
    expect(rules('Disallow:', 'Allow: ')('/x')).toBe(true)
    expect(rules('Disallow: /x', 'Disallow:')('/x')).toBe(false)
  })

  test.each([
    [
      '/fish',
      ['/fish', '/fish.html', '/fish/salmon.html', '/fishheads', '/fish.html?id=1'],
      ['/Fish.asp', '/catfish', '/?id=fish'],
    ],
    [
      '/fish*',
      ['/fish', '/fish.html', '/fish/salmon.html', '/fishheads'],
      ['/Fish', '/catfish', '/?id=fish'],
    ],
    ['/fish/', ['/fish/', '/fish/?a', '/fish/salmon.html'], ['/fish', '/fish.html', '/Fish/salmon']],
    [
      '/*.php',
      ['/a.php', '/b/a.php', '/b/a.php?x', '//b/any.php.html', '/a.php/', '/index?f=a.php/'],
      ['/', '/a.PHP', '/php/', '/index?php'],
    ],
    ['/*.php$', ['/a.php', '/b/a.php'], ['/a.php?x', '/a.php/', '/a.php5', '/a.PHP']],
    ['/fish*.php', ['/fish.php', '/fishheads/catfish.php?x'], ['/Fish.PHP', '/fish.html']],
    ['/foo/*/qux', ['/foo/a/qux', '/foo//qux', '/foo/a/b/qux/c'], ['/foo/qux', '/foo/a/quz']],
    ['/x$', ['/x'], ['/x/', '/x?y', '/xy']],
    ['/*', ['/', '/x'], []],
    ['*', ['/', '/x'], []],
    ['/$', ['/'], ['/x', '/?x']],
    ['/x*$', ['/x', '/xyz'], ['/y']],
    ['/a*b*c$', ['/abc', '/abcbc', '/a1b2c'], ['/abcd', '/acb']],
    ['/ab*b$', ['/abb', '/abxb'], ['/ab']],
    ['/a$b', ['/a$b', '/a%24b'], ['/a', '/ab']],
    ['x', [], ['/x', '/']],
  ])('match from the beginning: %s', (pattern, matching, others) => {
    expect(matching.map((path) => [path, rules(`Disallow: ${pattern}`)(path)])).toEqual(
      matching.map((path) => [path, false]),
    )
    expect(others.map((path) => [path, rules(`Disallow: ${pattern}`)(path)])).toEqual(
      others.map((path) => [path, true]),
    )
  })

  test.each([
    ['/foo/bar?baz=quz', '/foo/bar?baz=quz'],
    ['/foo/bar?baz=https://foo.bar', '/foo/bar?baz=https%3A%2F%2Ffoo.bar'],
    ['/foo/bar?baz=https%3A%2F%2Ffoo.bar', '/foo/bar?baz=https://foo.bar'],
    ['/foo/bar/\u30c4', '/foo/bar/%E3%83%84'],
    ['/foo/bar/\u30c4', '/foo/bar/\u30c4'],
    ['/foo/bar/%e3%83%84', '/foo/bar/%E3%83%84'],
    ['/foo/bar/%62%61%7A', '/foo/bar/baz'],
    ['/foo/bar/baz', '/foo/bar/%62%61%7a'],
    ['/path/file-with-a-%2A.html', '/path/file-with-a-*.html'],
    ['/path/foo-%24', '/path/foo-$'],
    ['/~joe', '/%7Ejoe'],
    ['/a b', '/a%20b'],
    ['/100%', '/100%'],
  ])('compare in one form (RFC 9309, 2.2.2 and 2.2.3): %s matches %s', (pattern, path) => {
    expect(rules(`Disallow: ${pattern}`)(path)).toBe(false)
  })

  test.each([
    ['/a%2Fb', '/a/b'],
    ['/a/b', '/a%2Fb'],
    ['/%2A', '/anything'],
    ['/foo%24', '/foo'],
    ['/X', '/x'],
  ])('do not compare what differs in meaning: %s does not match %s', (pattern, path) => {
    expect(rules(`Disallow: ${pattern}`)(path)).toBe(true)
  })

  test('never forbid /robots.txt itself, and only that', () => {
    expect(['/robots.txt', '/robots.txt?x', '/a/robots.txt'].map(rules('Disallow: /'))).toEqual([
      true,
      false,
      false,
    ])
  })

  test('that allow an index.html allow its directory', () => {
    const check = rules('Allow: /a/index.html', 'Disallow: /')
    expect(['/a/', '/a/index.html', '/a/other', '/b/'].map(check)).toEqual([true, true, false, false])
  })

  test('judge what is no url as the root', () => {
    expect(robotsAllows('User-agent: *\nDisallow: /', 'MyBot', 'http://')).toBe(false)
    expect(robotsAllows('User-agent: *\nDisallow: /x', 'MyBot', '/x?y#z')).toBe(false)
  })

  test('may hold as many wildcards as there is room for, but not for urls of any length', () => {
    const check = rules(...Array.from({ length: 30_000 }, (_, n) => `Disallow: /*b${n}`))
    expect(['/a/page/of-a-usual-length?and=a-query', `/${'a'.repeat(8_000)}`].map(check)).toEqual([
      true,
      false,
    ])
    const plain = rules(...Array.from({ length: 30_000 }, (_, n) => `Disallow: /b${n}`))
    expect(plain(`/${'a'.repeat(8_000)}`)).toBe(true)
  })
})
