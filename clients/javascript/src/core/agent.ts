import { version } from '../version.js'

interface Runtime {
  process?: { versions?: Record<string, string | undefined> }
  document?: unknown
}

/** The `user-agent` of requests. Undefined in browsers, where the header would cost a preflight. */
export function userAgent(): string | undefined {
  const { process, document } = globalThis as Runtime
  if (document !== undefined) return undefined
  for (const runtime of ['bun', 'deno', 'node']) {
    const its = process?.versions?.[runtime]
    if (its) return `protocol-api-javascript/${version} ${runtime}/${its}`
  }
  return undefined
}
