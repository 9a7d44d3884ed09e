import { mountSuite } from './mount-suite.js'
import { mounts } from './mounts.js'

for (const mount of mounts) {
  for (const prefix of ['', '/background/v1']) mountSuite(mount, prefix)
}
