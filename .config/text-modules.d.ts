// Files of other languages are texts where they are imported: so does the build (tsup's `text` loader), and so do the
// tests (text-files.ts). They stand in no declaration that is published.
declare module '*.lua' {
  const text: string
  export default text
}
declare module '*.sql' {
  const text: string
  export default text
}
declare module '*.html' {
  const text: string
  export default text
}
declare module '*.css' {
  const text: string
  export default text
}
