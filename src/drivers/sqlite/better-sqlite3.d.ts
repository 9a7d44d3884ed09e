/** An optional peer that need not be installed where this is compiled; `driver-better-sqlite3.ts` knows its shape. */
declare module 'better-sqlite3'
