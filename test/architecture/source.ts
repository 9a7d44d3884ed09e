import ts from 'typescript'

/** What the rules need to know of one source file. */
export interface Source {
  /** From the root of the repository, with `/`. */
  readonly path: string
  readonly lines: number
  readonly imports: readonly Import[]
  /** Uses of the host's clock, timers, chance and environment. */
  readonly hostUses: readonly Found[]
  readonly defaultExports: readonly Found[]
}

export interface Import {
  readonly specifier: string
  readonly line: number
  /** Gone after compilation. */
  readonly typeOnly: boolean
  /** Loaded by `import()` when the code gets there. */
  readonly lazy: boolean
}

export interface Found {
  readonly name: string
  readonly line: number
}

/** Reads a file of TypeScript with the compiler's own parser; one of another language has lines only. */
export function readSource(path: string, text: string): Source {
  const lines = text.split('\n').length - (text.endsWith('\n') ? 1 : 0)
  const imports: Import[] = []
  const hostUses: Found[] = []
  const defaultExports: Found[] = []
  if (!path.endsWith('.ts')) return { path, lines, imports, hostUses, defaultExports }
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true)
  const lineOf = (node: ts.Node): number => file.getLineAndCharacterOfPosition(node.getStart(file)).line + 1
  const visit = (node: ts.Node): void => {
    const line = lineOf(node)
    const imported = importOf(node)
    if (imported) imports.push({ ...imported, line })
    const used = hostUseOf(node)
    if (used !== undefined) hostUses.push({ name: used, line })
    if (isDefaultExport(node)) defaultExports.push({ name: 'default', line })
    ts.forEachChild(node, visit)
  }
  visit(file)
  return { path, lines, imports, hostUses, defaultExports }
}

// ---------------------------------------------------------------------------------------------------------

function importOf(node: ts.Node): Omit<Import, 'line'> | undefined {
  if (ts.isImportDeclaration(node)) {
    return { specifier: textOf(node.moduleSpecifier), typeOnly: hasOnlyTypes(node.importClause), lazy: false }
  }
  if (ts.isExportDeclaration(node) && node.moduleSpecifier) {
    const named = node.exportClause && ts.isNamedExports(node.exportClause) ? node.exportClause.elements : []
    const typeOnly = node.isTypeOnly || (named.length > 0 && named.every((element) => element.isTypeOnly))
    return { specifier: textOf(node.moduleSpecifier), typeOnly, lazy: false }
  }
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
    return { specifier: textOf(node.argument.literal), typeOnly: true, lazy: false }
  }
  if (ts.isImportEqualsDeclaration(node) && ts.isExternalModuleReference(node.moduleReference)) {
    return { specifier: textOf(node.moduleReference.expression), typeOnly: node.isTypeOnly, lazy: false }
  }
  if (ts.isCallExpression(node)) {
    if (node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      return { specifier: textOf(node.arguments[0]), typeOnly: false, lazy: true }
    }
    if (ts.isIdentifier(node.expression) && node.expression.text === 'require') {
      return { specifier: textOf(node.arguments[0]), typeOnly: false, lazy: false }
    }
  }
  return undefined
}

function hasOnlyTypes(clause: ts.ImportClause | undefined): boolean {
  if (!clause) return false
  if (clause.phaseModifier === ts.SyntaxKind.TypeKeyword) return true
  const named = clause.namedBindings
  if (clause.name || !named || ts.isNamespaceImport(named)) return false
  return named.elements.length > 0 && named.elements.every((element) => element.isTypeOnly)
}

/** A specifier that is computed cannot be judged; it is shown as it stands and matches nothing in the map. */
function textOf(node: ts.Node | undefined): string {
  return node && ts.isStringLiteralLike(node) ? node.text : `<${node?.getText() ?? ''}>`
}

const hostNames = new Set([
  'setTimeout',
  'setInterval',
  'setImmediate',
  'clearTimeout',
  'clearInterval',
  'clearImmediate',
  'performance',
  'randomBytes',
  'randomFill',
  'randomFillSync',
  'randomInt',
  'randomUUID',
  'getRandomValues',
])
const hostMembers = new Set([
  'Date.now',
  'Math.random',
  'process.env',
  'process.hrtime',
  'process.uptime',
  'AbortSignal.timeout',
])

function hostUseOf(node: ts.Node): string | undefined {
  if (ts.isIdentifier(node) && hostNames.has(node.text) && isLookup(node)) return node.text
  const member = memberOf(node)
  if (member !== undefined && hostMembers.has(member)) return member
  if (ts.isNewExpression(node) && isNamed(node.expression, 'Date') && !node.arguments?.length)
    return 'new Date()'
  if (ts.isCallExpression(node) && isNamed(node.expression, 'Date')) return 'Date()'
  return undefined
}

/** `a.b`, `a['b']` and `const { b } = a` as "a.b"; the global object in front of it changes nothing. */
function memberOf(node: ts.Node): string | undefined {
  if (ts.isPropertyAccessExpression(node)) return `${tailOf(node.expression)}.${node.name.text}`
  if (ts.isElementAccessExpression(node) && ts.isStringLiteralLike(node.argumentExpression)) {
    return `${tailOf(node.expression)}.${node.argumentExpression.text}`
  }
  if (ts.isBindingElement(node) && ts.isVariableDeclaration(node.parent.parent)) {
    const from = node.parent.parent.initializer
    return from ? `${tailOf(from)}.${(node.propertyName ?? node.name).getText()}` : undefined
  }
  return undefined
}

/** The name that a member is taken from, without casts and without the global object in front. */
function tailOf(node: ts.Expression): string {
  const bare = bareOf(node)
  if (ts.isPropertyAccessExpression(bare) && isGlobal(bare.expression)) return bare.name.text
  return bare.getText()
}

function bareOf(node: ts.Expression): ts.Expression {
  const wrapped =
    ts.isParenthesizedExpression(node) ||
    ts.isAsExpression(node) ||
    ts.isNonNullExpression(node) ||
    ts.isSatisfiesExpression(node)
  return wrapped ? bareOf(node.expression) : node
}

function isGlobal(node: ts.Expression): boolean {
  return ['globalThis', 'global'].includes(bareOf(node).getText())
}

/** Whether the name is looked up here: not the name of a member, a key or a declaration of somebody's own. */
function isLookup(node: ts.Identifier): boolean {
  const { parent } = node
  if (ts.isPropertyAccessExpression(parent)) {
    return parent.expression === node || isGlobal(parent.expression) || tailOf(parent.expression) === 'crypto'
  }
  if (ts.isImportSpecifier(parent)) return true
  const named = parent as ts.Node & { readonly name?: ts.Node }
  return named.name !== node || ts.isShorthandPropertyAssignment(parent)
}

function isNamed(node: ts.Expression, name: string): boolean {
  return tailOf(node) === name
}

function isDefaultExport(node: ts.Node): boolean {
  if (ts.isExportAssignment(node)) return true
  if (ts.isExportSpecifier(node)) return node.name.text === 'default'
  return (
    ts.canHaveModifiers(node) &&
    (ts.getModifiers(node) ?? []).some((one) => one.kind === ts.SyntaxKind.DefaultKeyword)
  )
}
