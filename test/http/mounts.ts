import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { serve } from '@hono/node-server'
import express from 'express'
import express4 from 'express4'
import fastify from 'fastify'
import { Hono } from 'hono'
import Koa from 'koa'
import bodyParser from 'koa-bodyparser'
import type { Handler } from '../../src/http/index.js'

/** An app that has the routes mounted, beside two routes of its own: `GET /own` and `POST /own`, which echoes its JSON. */
export interface Mounted {
  request(path: string, init?: RequestInit): Promise<Response>
  /** Where it listens, for requests that `fetch` cannot send. */
  readonly port: number | undefined
  close(): Promise<void>
}

export interface Mount {
  readonly name: string
  /** The app's own parser sees a body first, and answers itself when it cannot read it. */
  readonly parsesFirst: boolean
  /** The app's own router refuses a path that it cannot decode. */
  readonly decodesFirst?: boolean
  open(handler: Handler, prefix: string): Promise<Mounted>
}

export const mounts: readonly Mount[] = [
  { name: 'node:http', parsesFirst: false, open: (handler) => overNode(http.createServer(ownOr(handler))) },
  {
    name: 'Express 4 before express.json()',
    parsesFirst: false,
    open: (handler, prefix) => overExpress(express4, handler, prefix, false),
  },
  {
    name: 'Express 4 after express.json()',
    parsesFirst: true,
    open: (handler, prefix) => overExpress(express4, handler, prefix, true),
  },
  {
    name: 'Express 5 before express.json()',
    parsesFirst: false,
    open: (handler, prefix) => overExpress(express, handler, prefix, false),
  },
  {
    name: 'Express 5 after express.json()',
    parsesFirst: true,
    open: (handler, prefix) => overExpress(express, handler, prefix, true),
  },
  { name: 'Fastify 5', parsesFirst: false, decodesFirst: true, open: overFastify },
  {
    name: 'Hono 4 by fetch',
    parsesFirst: false,
    open: (handler, prefix) => Promise.resolve(overFetch(honoApp(handler, prefix))),
  },
  {
    name: 'Hono 4 on @hono/node-server',
    parsesFirst: false,
    open: (handler, prefix) => overHonoServer(honoApp(handler, prefix)),
  },
  { name: 'Koa 3', parsesFirst: false, open: (handler, prefix) => overKoa(handler, prefix, false) },
  {
    name: 'Koa 3 after koa-bodyparser',
    parsesFirst: true,
    open: (handler, prefix) => overKoa(handler, prefix, true),
  },
]

// -------------------------------------------------------------------------------------------------------------------

function ownOr(handler: Handler): http.RequestListener {
  return (req, res) => {
    if (req.url !== '/own') return void handler.node(req, res)
    if (req.method === 'GET') return void res.end('"own"')
    req.pipe(res)
  }
}

function overExpress(
  create: typeof express,
  handler: Handler,
  prefix: string,
  parsesFirst: boolean,
): Promise<Mounted> {
  const app = create()
  // Express tells of errors on the console unless it is a test.
  app.set('env', 'test')
  if (parsesFirst) app.use(create.json())
  app.use(prefix === '' ? '/' : prefix, handler.node)
  if (!parsesFirst) app.use(create.json())
  app.get('/own', (_req, res) => void res.json('own'))
  app.post('/own', (req, res) => void res.json(req.body))
  return overNode(http.createServer(app))
}

async function overFastify(handler: Handler, prefix: string): Promise<Mounted> {
  const app = fastify()
  await app.register(handler.fastify, { prefix })
  app.get('/own', () => '"own"')
  app.post('/own', (req) => req.body)
  await app.listen({ port: 0, host: '127.0.0.1' })
  return { ...clientOf(app.server), close: () => app.close() }
}

function honoApp(handler: Handler, prefix: string): Hono {
  const app = new Hono()
  app.all(`${prefix}/workers/*`, (c) => handler.fetch(c.req.raw))
  app.get('/own', (c) => c.json('own'))
  app.post('/own', async (c) => c.json(await c.req.json()))
  return app
}

function overFetch(app: Hono): Mounted {
  return {
    request: async (path, init) => app.fetch(new Request(`http://app.test${path}`, init)),
    port: undefined,
    close: () => Promise.resolve(),
  }
}

async function overHonoServer(app: Hono): Promise<Mounted> {
  const server = await new Promise<http.Server>((resolve) => {
    const opened = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, () =>
      resolve(opened as http.Server),
    )
  })
  return { ...clientOf(server), close: () => closed(server) }
}

function overKoa(handler: Handler, prefix: string, parsesFirst: boolean): Promise<Mounted> {
  const app = new Koa()
  app.silent = true
  if (parsesFirst) app.use(bodyParser())
  app.use(async (ctx, next) => {
    if (!ctx.path.startsWith(`${prefix}/workers/`)) return next()
    ctx.respond = false
    if (parsesFirst) Object.assign(ctx.req, { body: (ctx.request as { body?: unknown }).body })
    await handler.node(ctx.req, ctx.res)
  })
  if (!parsesFirst) app.use(bodyParser())
  app.use((ctx) => {
    if (ctx.path === '/own')
      ctx.body = ctx.method === 'GET' ? '"own"' : (ctx.request as { body?: unknown }).body
  })
  const listener = app.callback()
  return overNode(http.createServer((req, res) => void listener(req, res)))
}

async function overNode(server: http.Server): Promise<Mounted> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { ...clientOf(server), close: () => closed(server) }
}

function clientOf(server: http.Server): Pick<Mounted, 'request' | 'port'> {
  const { port } = server.address() as AddressInfo
  return { request: (path, init) => fetch(`http://127.0.0.1:${port}${path}`, init), port }
}

function closed(server: http.Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}
