// Serves the pages, uncompressed to everyone, until its parent lets go of it.
import { createServer } from 'node:http'
import { loadPages } from './pages.mjs'

const pages = loadPages(process.env.PAGES_DIR, Number(process.env.PAGE_SCALE ?? 1))

const server = createServer((request, response) => {
  const page = pages.get(new URL(request.url, 'http://localhost').pathname)
  if (!page) return response.writeHead(404).end()
  response.writeHead(200, { 'content-type': page.type, 'content-length': page.body.length }).end(page.body)
})
server.keepAliveTimeout = 60_000
server.listen(0, '127.0.0.1', () => {
  process.send({ origin: `http://127.0.0.1:${server.address().port}`, paths: [...pages.keys()] })
})
process.once('disconnect', () => {
  server.close()
  server.closeAllConnections()
})
