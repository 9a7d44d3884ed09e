// Prints how many tests passed and how many failed, from vitest's JSON report and the exit status of its run. What went
// wrong outside a test (a file that does not load, a build that fails, no report at all) counts as one that failed.
import { readFileSync } from 'node:fs'

const [, , file, status] = process.argv
const report = readReport(file)
const brokenFiles = report.testResults.filter(
  (one) => one.status === 'failed' && !one.assertionResults.some(hasFailed),
)
const failed = report.numFailedTests + brokenFiles.length
console.log(report.numPassedTests, status === '0' ? failed : Math.max(failed, 1))

function readReport(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch {
    return { numPassedTests: 0, numFailedTests: 0, testResults: [] }
  }
}

function hasFailed(assertion) {
  return assertion.status === 'failed'
}
