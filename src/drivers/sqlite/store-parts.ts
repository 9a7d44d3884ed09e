import { CarefulIntake } from './careful-intake.js'
import { Counting } from './counting.js'
import type { Database } from './database.js'
import { DedupeKeys } from './dedupe-keys.js'
import { Groups } from './groups.js'
import { Instances } from './instances.js'
import { Intake } from './intake.js'
import { JobFinder } from './job-facts.js'
import { JobReading } from './job-reading.js'
import { JobRows } from './job-rows.js'
import { JobSteps } from './job-steps.js'
import { KeyGates } from './key-gates.js'
import { KeyedLines } from './keyed-lines.js'
import { Ledger } from './ledger.js'
import { Limits } from './limits.js'
import { Lineups } from './lineups.js'
import { Listed } from './listed.js'
import { Moves } from './moves.js'
import type { News } from './news.js'
import { Notices } from './notices.js'
import { Pausing } from './pauses.js'
import { QueueLimiting } from './queue-limiting.js'
import { ReadyLines } from './ready-lines.js'
import { ReadyPlaces } from './ready-places.js'
import { Removal } from './removal.js'
import { Replacements } from './replacements.js'
import { Retaining } from './retaining.js'
import { TermedIntake } from './termed-intake.js'
import { TermsBook } from './terms-book.js'
import { Ties } from './ties.js'

/** What several of the verbs of a store are made of, over one file: each part of those before it. */
export class StoreParts {
  readonly news: News
  readonly ledger: Ledger
  readonly finder: JobFinder
  readonly listed: Listed
  readonly ties: Ties
  readonly terms: TermsBook
  readonly steps: JobSteps
  readonly rows: JobRows
  readonly limits: Limits
  readonly places: ReadyPlaces
  readonly pausing: Pausing
  readonly instances: Instances
  readonly lineups: Lineups
  readonly reading: JobReading
  readonly removal: Removal
  readonly retaining: Retaining
  readonly gates: KeyGates
  readonly groups: Groups
  readonly dedupe: DedupeKeys
  readonly notices: Notices
  readonly replacements: Replacements
  readonly moves: Moves
  readonly termed: TermedIntake
  readonly careful: CarefulIntake
  readonly intake: Intake
  readonly keyed: KeyedLines
  readonly lines: ReadyLines
  readonly limiting: QueueLimiting
  readonly counting: Counting

  constructor(database: Database, news: News) {
    this.news = news
    this.ledger = new Ledger(database, news)
    this.finder = new JobFinder(database)
    this.listed = new Listed(database)
    this.ties = new Ties(database)
    this.terms = new TermsBook(database)
    this.steps = new JobSteps(database, this.ledger)
    this.rows = new JobRows(database)
    this.limits = new Limits(database)
    this.places = new ReadyPlaces(database, this.ledger)
    this.pausing = new Pausing(database, this.ledger)
    this.instances = new Instances(database)
    this.lineups = new Lineups(database, this.finder, this.ledger)
    this.reading = new JobReading(database, this)
    this.removal = new Removal(database, this)
    this.retaining = new Retaining(database, this)
    this.gates = new KeyGates(database, this)
    this.groups = new Groups(database, this)
    this.dedupe = new DedupeKeys(database, this)
    this.notices = new Notices(database, this)
    this.replacements = new Replacements(database)
    this.moves = new Moves(database, this)
    this.termed = new TermedIntake(this)
    this.careful = new CarefulIntake(this)
    this.intake = new Intake(database, this)
    this.keyed = new KeyedLines(database, this)
    this.lines = new ReadyLines(database, this)
    this.limiting = new QueueLimiting(database, this)
    this.counting = new Counting(database)
  }
}
