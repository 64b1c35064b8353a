import { clock } from './clock.js'
import { ApiClientError, ApiConnectionError, ApiTimeoutError } from './errors.js'
import { coverError, type Secrets } from './secrets.js'
import { onAbort } from './signals.js'

/** What `fetch` has to be able to do. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>

/** A request that is tried once. */
export interface Attempt {
  /** Of the caller. */
  signal: AbortSignal | undefined
  /** In milliseconds. */
  timeout: number
  /** What errors call the request. */
  name: string
  secrets: Secrets
}

/** What ends a try: the caller, or the time. Each try has one of its own. */
export class Limit {
  readonly #controller = new AbortController()
  readonly #attempt: Attempt
  readonly #leave: () => void
  #cancel = () => {}

  constructor(attempt: Attempt) {
    const { signal } = attempt
    signal?.throwIfAborted()
    this.#attempt = attempt
    this.#leave = onAbort(signal, () => this.#controller.abort(signal?.reason))
    this.restart()
  }

  get signal(): AbortSignal {
    return this.#controller.signal
  }

  /** Gives it the whole time again. */
  restart(): void {
    const { timeout, name } = this.#attempt
    this.pause()
    this.#cancel = clock.timer(timeout, () => {
      this.#controller.abort(new ApiTimeoutError(`${name} was not answered in full within ${timeout} ms`))
    })
  }

  /** Stops the time. */
  pause(): void {
    this.#cancel()
  }

  /** The try is over. */
  stop(): void {
    this.pause()
    this.#leave()
  }

  /** What the work gives, unless the limit comes first, whether the work minds the signal or not. */
  async within<T>(work: () => Promise<T>): Promise<T> {
    const { signal } = this
    let leave = () => {}
    signal.throwIfAborted()
    try {
      // Not a race against one promise for the whole try, which would keep all that its rivals have given.
      return await new Promise<T>((resolve, reject) => {
        leave = onAbort(signal, () => reject(signal.reason))
        work().then(resolve, reject)
      })
    } catch (error) {
      throw signal.aborted ? signal.reason : error
    } finally {
      leave()
    }
  }

  /** As `within`, for what fails with the connection. */
  connected<T>(work: () => Promise<T>): Promise<T> {
    return this.within(() => work().catch((error) => Promise.reject(this.#failure(error))))
  }

  #failure(error: unknown): ApiClientError {
    const { name, secrets } = this.#attempt
    const cause = coverError(error, secrets)
    const origin = originOf(error)
    // Of a body that could not be read, whatever the connection does.
    if (origin instanceof ApiClientError) return origin
    const { name: kind, message, code } = originOf(cause) as Error & { code?: string }
    if (kind === 'NotReadableError') return new ApiClientError('The file has changed since it was opened', { cause })
    // `fetch failed` says nothing: its cause does.
    return new ApiConnectionError(`${name} was not answered in full: ${message || code || kind}`, { cause })
  }
}

function originOf(error: unknown): unknown {
  return error instanceof Error && error.cause instanceof Error ? originOf(error.cause) : error
}
