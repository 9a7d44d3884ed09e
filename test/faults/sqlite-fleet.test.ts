import { describeOn, nodeForSharing } from '../nodes/other-node.js'
import { Fleet } from './fleet.js'
import { actsAsOne } from './fleet-suite.js'
import { sqliteStore } from './sqlite-store.js'

describeOn(nodeForSharing())('processes on one file', () => {
  actsAsOne({
    newFleet: (options) => new Fleet({ store: sqliteStore(), leaseMs: 15_000, ...options }),
    // From each of the others.
    gaps: 3,
  })
})
