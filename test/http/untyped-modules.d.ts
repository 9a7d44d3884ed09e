declare module 'express4' {
  import express from 'express'
  export default express
}

declare module 'koa-bodyparser' {
  import type { Middleware } from 'koa'
  export default function bodyParser(): Middleware
}
