import { join } from 'node:path'
import { describeOn, nodeForSharing, pathOf } from '../nodes/other-node.js'
import { crawlsPolitely } from './politeness-suite.js'

const node = nodeForSharing()

describeOn(node)('two processes that crawl one site, on one file,', () => {
  crawlsPolitely({
    queueIn: (folder) => ({ kind: 'sqlite', path: join(folder, 'queue.db') }),
    node: () => pathOf(node),
  })
})
