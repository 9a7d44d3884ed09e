import { type ChildNode, type Element, isElement } from './parse-tree.js'

/** What a walk tells of each node, in document order. */
export interface Visitor {
  /** Whether to go below this element; `leave` is called only where this answered `true`. */
  enter(element: Element): boolean
  leave(element: Element): void
  text(value: string): void
}

/** Walks a list of nodes and all below them without recursion, so that no depth of nesting can overflow the stack. */
export function walkTree(nodes: readonly ChildNode[], visitor: Visitor): void {
  const open: { element: Element | null; nodes: readonly ChildNode[]; at: number }[] = [{ element: null, nodes, at: 0 }]
  for (let top = open.at(-1); top; top = open.at(-1)) {
    const node = top.nodes[top.at++]
    if (node === undefined) {
      open.pop()
      if (top.element) visitor.leave(top.element)
    } else if ('value' in node) {
      visitor.text(node.value)
    } else if (isElement(node) && visitor.enter(node)) {
      open.push({ element: node, nodes: node.childNodes, at: 0 })
    }
  }
}

/** The text below an element with its white space collapsed, cut at `limit` characters and after `16 * limit` nodes. */
export function shortText(element: Element, limit: number): string {
  let text = ''
  let steps = 16 * limit
  const pending: ChildNode[] = [...element.childNodes.slice(0, steps)].reverse()
  for (let node = pending.pop(); node && text.length < 4 * limit && steps-- > 0; node = pending.pop()) {
    if ('value' in node) text += node.value.slice(0, 4 * limit)
    else if (isElement(node)) {
      if (UNREAD.has(node.tagName)) continue
      text += ' '
      for (let at = Math.min(node.childNodes.length, steps) - 1; at >= 0; at--) {
        const child = node.childNodes[at]
        if (child) pending.push(child)
      }
      if (BREAKS.has(node.tagName)) text += ' '
    }
  }
  return collapse(text).slice(0, limit)
}

/** White space as a browser shows it: runs are one space, none at the ends. */
export function collapse(text: string): string {
  return text.replace(/\s+/g, ' ').trim()
}

const UNREAD: ReadonlySet<string> = new Set(['script', 'style', 'template', 'noscript', 'svg'])
const BREAKS: ReadonlySet<string> = new Set(['br'])
