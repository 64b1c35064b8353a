import { userAgent } from './agent.js'
import { dataOf, errorOf, requestId, unexpected } from './answers.js'
import { Limit, type Attempt, type Fetch } from './attempt.js'
import { clock } from './clock.js'
import { NotFoundError, type ApiError } from './errors.js'
import { baseUrl, checkedOptions, checkedToken, type ClientOptions } from './options.js'
import type { Operation, Requester, RequestOptions } from './resource.js'
import { Result, type Answer } from './result.js'
import { mayBeDone, Retries } from './retry.js'
import { coverHeaders } from './secrets.js'
import { callOf, type Call } from './url.js'

/** Sends requests to the API. Only it knows the token. */
export class Core implements Requester {
  readonly #token: string
  readonly #baseUrl: string
  readonly #options: ClientOptions

  constructor(token: string | undefined, options: ClientOptions) {
    this.#token = checkedToken(token)
    checkedOptions(options)
    this.#baseUrl = baseUrl(options)
    this.#options = { ...options }
  }

  /** What sends each request. */
  get fetch(): Fetch {
    const { fetch = globalThis.fetch } = this.#options
    // Browsers refuse to have it called on an object.
    return async (url, init) => fetch(url, init)
  }

  /** The options of a call, with those of the client where it has none. */
  limits(options?: RequestOptions) {
    return checkedOptions(this.#options, options)
  }

  call<T>(operation: Operation, path: readonly string[], params?: object, options?: RequestOptions): Result<T> {
    const sent = this.#send<T>(operation, path, params, options)
    return new Result(() => sent)
  }

  unexpected({ response }: Answer<unknown>, message: string): ApiError {
    return unexpected(response, message, [this.#token])
  }

  async #send<T>(
    operation: Operation,
    path: readonly string[],
    params?: object,
    options?: RequestOptions,
  ): Promise<Answer<T>> {
    const call = callOf(operation, path, params)
    const { signal, timeout, retries, key } = this.limits(options)
    const headers = headersOf(call, key)
    const name = `${call.method} ${this.#baseUrl}${call.path.replace(/\?.*/, '')}`
    const secrets = [this.#token]
    let isDone = false
    const tries = new Retries(retries, signal)
    return tries.run(async (tried) => {
      try {
        const { response, text } = await this.#try(call, headers, tried, { signal, timeout, name, secrets }, tries)
        const answer = { response, request_id: requestId(response.headers) }
        if (response.ok) return { ...answer, data: dataOf(operation, response, text, name, secrets) as T }
        const error = errorOf(response, text, name, secrets)
        // Without a body, as the answer to a DELETE that is not tried again.
        if (isDone && isDeleted(call, error)) return { ...answer, data: undefined as T }
        throw error
      } catch (error) {
        isDone ||= mayBeDone(error)
        throw error
      }
    })
  }

  async #try({ method, path, body }: Call, own: Headers, attempt: number, how: Attempt, tries: Retries) {
    const { onRequest, onResponse } = this.#options
    const about = { method, url: this.#baseUrl + path, attempt }
    const limit = new Limit(how)
    // What a hook throws is not tried again, whatever it is.
    const hook = (work: () => unknown) => limit.within(() => tries.once(Promise.resolve().then(work)))
    try {
      const shown = new Headers(own)
      await hook(() => onRequest?.({ ...about, headers: shown }))
      // A copy, for the hook may have kept its own.
      const headers = new Headers(shown)
      headers.set('authorization', `Bearer ${this.#token}`)
      // A redirection may lead to where the token must not go.
      const init: RequestInit = { method, headers, body: body ?? null, redirect: 'manual', signal: limit.signal }
      const start = clock.now()
      const response = await limit.connected(() => this.fetch(about.url, init))
      const text = await limit.connected(() => response.text())
      const duration = clock.now() - start
      limit.pause()
      const theirs = coverHeaders(response.headers, how.secrets)
      const { status } = response
      const request_id = requestId(theirs)
      await hook(() => onResponse?.({ ...about, status, headers: theirs, request_id, duration }))
      return { response, text }
    } finally {
      limit.stop()
    }
  }
}

function headersOf(call: Call, key: string | undefined): Headers {
  const headers = new Headers({ accept: 'application/json' })
  const agent = userAgent()
  if (agent) headers.set('user-agent', agent)
  // `fetch` names the type of a form, with its boundary.
  if (typeof call.body === 'string') headers.set('content-type', 'application/json')
  if (call.method === 'POST') headers.set('idempotency-key', key ?? newKey())
  return headers
}

/** A key for a call that was given none. */
export function newKey(): string {
  // Not randomUUID, which browsers have in secure contexts only.
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

function isDeleted(call: Call, error: ApiError): boolean {
  return call.method === 'DELETE' && error instanceof NotFoundError && error.code === 'resource_missing'
}
