import { clock } from './clock.js'
import { ApiConnectionError, ApiError, ApiTimeoutError, ServerError } from './errors.js'

const FIRST_WAIT = 500
const LONGEST_WAIT = 8_000
const LONGEST_RETRY_AFTER = 60_000
const STATUSES = new Set([429, 500, 502, 503, 504])

/** How often something is still tried again after errors that may pass. */
export class Retries {
  readonly #most: number
  readonly #signal: AbortSignal | undefined
  readonly #isPassing: (error: unknown) => boolean
  #tried = 0
  #final: unknown

  constructor(most: number, signal: AbortSignal | undefined, passing: (error: unknown) => boolean = isPassing) {
    this.#most = most
    this.#signal = signal
    this.#isPassing = passing
  }

  /** Does something, as often as it takes and may be. */
  async run<T>(work: (tried: number) => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await work(this.#tried)
      } catch (error) {
        if (this.#tried >= this.#most || error === this.#final || !this.#isPassing(error)) throw error
        const asked = error instanceof ApiError ? retryAfter(error.headers) : 0
        if (asked > LONGEST_RETRY_AFTER) throw error
        // Anywhere in the pause, so that clients that failed together do not come back together.
        const pause = clock.random() * Math.min(FIRST_WAIT * 2 ** this.#tried++, LONGEST_WAIT)
        await clock.sleep(Math.max(pause, asked), this.#signal)
      }
    }
  }

  /** A part of the work that has retries of its own: when it fails, nothing is tried again. */
  async once<T>(part: PromiseLike<T>): Promise<T> {
    try {
      return await part
    } catch (error) {
      this.#final = error
      throw error
    }
  }
}

/** Whether a call that ended so may be answered otherwise the next time. */
export function isPassing(error: unknown): boolean {
  if (error instanceof ApiError) {
    return STATUSES.has(error.status) || (error.status === 409 && error.code === 'idempotency_key_in_use')
  }
  return isUnanswered(error)
}

/** Whether what was asked for may have been done nevertheless, as far as anybody knows. */
export function mayBeDone(error: unknown): boolean {
  return isUnanswered(error) || error instanceof ServerError
}

function isUnanswered(error: unknown): boolean {
  return error instanceof ApiConnectionError || error instanceof ApiTimeoutError
}

/** How many milliseconds the answer asks to wait: seconds or a date. */
function retryAfter(headers: Headers): number {
  const value = headers.get('retry-after')?.trim() ?? ''
  const wait = /^\d+(\.\d+)?$/.test(value) ? Number(value) * 1000 : Date.parse(value) - clock.now()
  return wait > 0 ? wait : 0
}
