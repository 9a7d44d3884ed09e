import {
  type DefaultTreeAdapterMap,
  type DefaultTreeAdapterTypes,
  Parser,
  type ParserOptions,
  parse,
  serialize,
} from 'parse5'
import { QuickTokenizer } from './quick-tokenizer.js'

/**
 * The tree that parse5's `parse` makes of a page, for about half of the processor time. Where parse5's tokenizer is not the one
 * that the short cuts were made for, it is `parse` itself.
 */
export function quickParse(html: string, options: Options): DefaultTreeAdapterTypes.Document {
  return html.includes('\0') || !canBeQuick() ? parse(html, options) : parseQuickly(html, options)
}

/** Whether the short cuts give what parse5 gives: it may change its inside with any version. Found out once. */
export function canBeQuick(): boolean {
  return (isQuick ??= isSame(sample))
}

// -------------------------------------------------------------------------------------------------------------------

type Options = ParserOptions<DefaultTreeAdapterMap>

let isQuick: boolean | undefined

function parseQuickly(html: string, options: Options): DefaultTreeAdapterTypes.Document {
  const parser = new Parser<DefaultTreeAdapterMap>(options)
  const tokenizer = new QuickTokenizer(parser)
  parser.tokenizer = tokenizer
  tokenizer.read(html)
  return parser.document
}

function isSame(html: string): boolean {
  try {
    return serialize(parseQuickly(html, {})) === serialize(parse(html))
  } catch {
    return false
  }
}

/** Whatever has a short cut, and what is next to it. */
const sample = `<!DOCTYPE html><!-- a - <b> comment --><HTML lang=en><head><title>One &amp; two</title>
<style>a > b { color: red }</style><script>if (1 < 2 && "</p>") x = '<!--' /* - */</script></head>
<body class="a b" CLASS='c' data-x data-y = 1 title="a &lt; b &copy more" hidden/><p>Some text,\r\nwith &eacute;, &#10; and \u{1F600} in it<b >bold
<i>both</b> rest</i><br/><pre>\n\n code</pre><img src=/a.png?b=1&c=2 alt='"quoted"' é="1" "odd><table> out <tr><td>in </table>
<svg viewBox="0 0 1 1"><![CDATA[a <b> c]]></svg><textarea>\n <p> &lt;</textarea><a href=""b=c d= >no</a><p a=1 a=2/b>< & <3 &nope; <div title="open`
