import { errorOf } from '../core/answers.js'
import { Limit, type Attempt, type Fetch } from '../core/attempt.js'

/** What to ask of the storage, with a signed address. The token is not needed there, and not sent. */
export interface StorageRequest {
  fetch: Fetch
  url: string
  init: RequestInit
  signal: AbortSignal | undefined
  timeout: number
}

/** An answer whose body has yet to be read, piece by piece. The time does not run while nobody reads. */
export class Opened {
  readonly headers: Headers
  readonly #limit: Limit
  readonly #reader: ReadableStreamDefaultReader<Uint8Array> | undefined

  constructor(response: Response, limit: Limit) {
    this.headers = response.headers
    this.#limit = limit
    this.#reader = response.body?.getReader()
    limit.pause()
  }

  /** The next piece, or undefined at the end. */
  async read(): Promise<Uint8Array | undefined> {
    this.#limit.restart()
    try {
      return (await this.#limit.connected(async () => this.#reader?.read()))?.value
    } finally {
      this.#limit.pause()
    }
  }

  /** Lets the connection go, whether all has been read or not. */
  close(): void {
    this.#limit.stop()
    // Of one that has failed, it fails as well.
    this.#reader?.cancel().catch(() => {})
  }
}

/** Begins to get a file. */
export function open(request: StorageRequest): Promise<Opened> {
  return ask(request, async (response, limit) => new Opened(response, limit))
}

/** Sends a file. */
export function send(request: StorageRequest): Promise<void> {
  return ask(request, async (response, limit) => {
    await limit.connected(() => response.text())
    limit.stop()
  })
}

async function ask<T>(request: StorageRequest, use: (response: Response, limit: Limit) => Promise<T>): Promise<T> {
  const { fetch, url, init, signal, timeout } = request
  const { origin, search } = new URL(url)
  const about: Attempt = { signal, timeout, name: `${init.method} ${origin}`, secrets: [url, search] }
  const limit = new Limit(about)
  try {
    const response = await limit.connected(() => fetch(url, { ...init, signal: limit.signal }))
    if (response.ok) return await use(response, limit)
    throw errorOf(response, codeIn(await limit.connected(() => response.text())), about.name, about.secrets)
  } catch (error) {
    limit.stop()
    throw error
  }
}

// The rest of what the storage says may hold signatures.
function codeIn(text: string): string {
  return /<Code>(\w+)<\/Code>/.exec(text)?.[1] ?? ''
}
