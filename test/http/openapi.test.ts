import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { Validator } from '@seriousme/openapi-schema-validator'
import openapiTS, { astToString } from 'openapi-typescript'
import ts from 'typescript'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { silentLogger } from '../../src/core/logger.js'
import { createHandler } from '../../src/http/index.js'
import { templateOf } from '../../src/http/openapi/document.js'
import { statusOf } from '../../src/http/problem.js'
import { parameterOf } from '../../src/http/route.js'
import { type RouteName, routes } from '../../src/http/routes.js'
import { WorkerService, defineJob } from '../../src/index.js'
import { clientProgram, misuses } from './client-program.js'
import { document, expectDescribed, expectValid, operations } from './openapi-check.js'

type Fields = Record<string, unknown>

describe('the document', () => {
  test('is OpenAPI 3.1', async () => {
    const { valid, errors } = await new Validator().validate(structuredClone(document) as never)
    expect(errors ?? []).toEqual([])
    expect(valid).toBe(true)
  })

  test('has the routes of the table and no other', () => {
    const described = operations.map(
      ({ path, method, operation }) => `${operation.operationId} ${method} ${path}`,
    )
    const table = Object.entries(routes).map(
      ([name, route]) => `${name} ${route.method.toLowerCase()} ${templateOf(route.path)}`,
    )
    expect(described.sort()).toEqual(table.sort())
  })

  test('describes a body where the table wants one, and the id where the path has one', () => {
    for (const { path, operation } of operations) {
      const route = routes[operation.operationId as keyof typeof routes]
      const { requestBody } = operation
      expect([path, requestBody !== undefined]).toEqual([path, route.body !== 'none'])
      expect([path, requestBody?.required ?? false]).toEqual([path, route.body === 'required'])
      const inPath = (operation.parameters ?? [])
        .filter((parameter) => parameter.in === 'path')
        .map(({ name }) => name)
      const parameter = parameterOf(route.path)
      expect(inPath).toEqual(parameter === undefined ? [] : [parameter])
    }
  })

  test('points nowhere that is not there', () => {
    const pointers = [...JSON.stringify(document).matchAll(/"#\/components\/([^"]+)"/g)].map(
      (match) => match[1] ?? '',
    )
    expect(pointers.length).toBeGreaterThan(50)
    for (const pointer of pointers) {
      const [kind = '', name = ''] = pointer.split('/')
      expect(document.components[kind], pointer).toHaveProperty(name)
    }
  })

  test('has an example that fits for every body', () => {
    for (const { operation } of operations) {
      const content = operation.requestBody?.content['application/json']
      if (!content) continue
      const examples = Object.values(content.examples ?? {})
      expect(examples.length).toBeGreaterThan(0)
      for (const { value } of examples) expectValid(content.schema, value)
    }
  })

  test('has examples of answers that fit', () => {
    const contents = operations.flatMap(({ operation }) =>
      Object.values(operation.responses).flatMap(({ content = {} }) => Object.values(content)),
    )
    const shown = contents.filter(({ example }) => example !== undefined)
    expect(shown.length).toBeGreaterThan(2)
    for (const { schema, example } of shown) expectValid(schema, example)
  })

  test('knows every status that a code is answered with', () => {
    const known = new Set(operations.flatMap(({ operation }) => Object.keys(operation.responses)))
    for (const status of new Set(Object.values(statusOf))) {
      // Only what is no operation has it: a method that a path does not take.
      if (status !== 405) expect(known, String(status)).toContain(String(status))
    }
  })
})

describe('the routes do as the document says', () => {
  const service = new WorkerService({
    jobs: [
      defineJob({ name: 'echo', handler: (payload: unknown) => payload }),
      defineJob({ name: 'fails', retry: { maxAttempts: 1 }, handler: fails }),
    ],
    logger: silentLogger,
  })
  const handler = createHandler(service, { authorize: () => true, logger: silentLogger })
  const server = http.createServer((req, res) => void handler.node(req, res))
  let base = ''
  let folder = ''
  beforeAll(async () => {
    await service.start()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}/bg`
    folder = await mkdtemp(join(import.meta.dirname, '../../node_modules/.openapi-client-'))
  })
  afterAll(async () => {
    await rm(folder, { recursive: true, force: true })
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
    await service.stop()
  })

  test('every answer fits its schema', async () => {
    const ask = async (name: RouteName, id = '', body?: unknown): Promise<Fields> => {
      const { method, path } = routes[name]
      const init =
        body === undefined
          ? {}
          : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
      const response = await fetch(`${base}${path.replace(/:\w+/, id)}`, { method, ...init })
      return expectDescribed(name, response)
    }
    const custom = (job_name: string): Fields => ({
      job_type: { type: 'custom', job_name, payload: { a: 1 } },
      metadata: { b: [] },
    })
    const ids = await Promise.all(
      ['echo', 'fails'].map(async (name) => String((await ask('submitJob', '', custom(name)))['job_id'])),
    )
    for (const id of ids) {
      await service.waitForJob(id)
      await ask('getJob', id)
      await ask('getJobResult', id)
    }
    const schedule = {
      name: 's',
      cron_expression: '* * * * *',
      job_template: { type: 'single_crawl', url: 'https://a.example/' },
      enabled: false,
    }
    const { id } = await ask('addSchedule', '', schedule)
    for (const name of [
      'listJobs',
      'getQueueStats',
      'getWorkerStats',
      'listSchedules',
      'getMetrics',
      'getHealth',
      'getOpenApi',
    ] as const) {
      await ask(name)
    }
    await ask('removeSchedule', String(id))
    await ask('removeSchedule', String(id))
    await ask('cancelJob', ids[0])
    await ask('retryJob', ids[1])
    await ask('getJob', 'unknown')
    await ask('submitJob', '', {})
  })

  test('a client that a generator makes of the document type-checks, and works', async () => {
    const schema = astToString(await openapiTS(structuredClone(document) as never))
    const program = clientProgram.replace('BASE_URL', base)
    expect(typeErrors({ 'schema.d.ts': schema, 'program.ts': program })).toEqual([])
    const file = join(folder, 'program.mjs')
    await writeFile(
      file,
      ts.transpileModule(program, {
        compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 },
      }).outputText,
    )
    const { run } = (await import(/* @vite-ignore */ pathToFileURL(file).href)) as {
      run: () => Promise<unknown>
    }
    expect(await run()).toEqual({
      dependsOn: 'ignore',
      refused: 'DEPENDENCY_NOT_FOUND',
      reason: 'ended',
      paused: ['other'],
      slots: 3,
      made: true,
      masked: true,
      matched: 0,
      desired: true,
      submitted: 'submitted',
      data: { hello: 'world' },
      listed: 'Completed',
      problem: 'JOB_NOT_FOUND',
      healthy: true,
      removed: 204,
    })
  }, 60_000)

  test('a client that a generator makes refuses misuse', async () => {
    const schema = astToString(await openapiTS(structuredClone(document) as never))
    for (const misuse of misuses) {
      const errors = typeErrors({
        'schema.d.ts': schema,
        'program.ts': clientProgram.replace('/* MISUSE */', misuse),
      })
      expect(errors, misuse).toHaveLength(1)
    }
  }, 60_000)
})

// -------------------------------------------------------------------------------------------------------------------

function fails(): never {
  throw new Error('it does not work')
}

/** Parsed once for all programs. */
const librarySources = new Map<string, ts.SourceFile | undefined>()

/** What the compiler says of these files, as if they stood in this folder. */
function typeErrors(files: Readonly<Record<string, string>>): readonly string[] {
  const options: ts.CompilerOptions = {
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    lib: ['lib.es2023.d.ts', 'lib.dom.d.ts'],
    types: [],
  }
  const texts = new Map(
    Object.entries(files).map(([name, text]) => [join(import.meta.dirname, `generated-${name}`), text]),
  )
  const host = ts.createCompilerHost(options)
  const { fileExists, readFile, getSourceFile } = host
  host.fileExists = (name) => texts.has(name) || fileExists(name)
  host.readFile = (name) => texts.get(name) ?? readFile(name)
  host.getSourceFile = (name, ...rest) => {
    const text = texts.get(name)
    if (text !== undefined) return ts.createSourceFile(name, text, ts.ScriptTarget.ES2022)
    const known = librarySources.get(name) ?? getSourceFile(name, ...rest)
    librarySources.set(name, known)
    return known
  }
  const program = ts.createProgram([...texts.keys()], options, host)
  return ts
    .getPreEmitDiagnostics(program)
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' '))
}
