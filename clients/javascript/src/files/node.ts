import { ApiClientError } from '../core/errors.js'

interface Modules {
  'node:fs': typeof import('node:fs')
  'node:fs/promises': typeof import('node:fs/promises')
  'node:path': typeof import('node:path')
}

/** A module of Node.js, loaded when a path is given. The name is no literal, with which bundlers for browsers fail. */
export async function node<Name extends keyof Modules>(name: Name): Promise<Modules[Name]> {
  try {
    return (await import(/* webpackIgnore: true */ /* @vite-ignore */ name)) as Modules[Name]
  } catch (cause) {
    throw new ApiClientError('a path of a file needs Node.js', { cause })
  }
}
