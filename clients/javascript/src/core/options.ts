import type { Fetch } from './attempt.js'
import { ApiClientError } from './errors.js'
import type { RequestOptions } from './resource.js'

/** A request that is about to be sent. */
export interface OutgoingRequest {
  /** `GET` and the like. */
  readonly method: string
  /** The whole address, with the query. */
  readonly url: string
  /** May be changed. The token is not among them: `authorization` is set after the hook, whatever it says. */
  readonly headers: Headers
  /** 0 for the first try of a call, 1 for the second, and so on. */
  readonly attempt: number
}

/** A request that was answered. */
export interface AnsweredRequest {
  /** `GET` and the like. */
  readonly method: string
  /** The whole address, with the query. */
  readonly url: string
  /** 0 for the first try of a call, 1 for the second, and so on. */
  readonly attempt: number
  /** The status of the answer. */
  readonly status: number
  /** The headers of the answer. */
  readonly headers: Headers
  /** Names the request in the logs of the API. */
  readonly request_id: string | null
  /** How long it took, in milliseconds. */
  readonly duration: number
}

/** What can be said about a client. */
export interface ClientOptions {
  /**
   * The address of the API, with or without a path in front of `/v1`. By default `PROTOCOL_API_URL` of the environment,
   * else `http://127.0.0.1:9000`.
   */
  baseUrl?: string | undefined
  /** Lets the token travel over plain `http` to another machine, where others can read it. */
  allowHttp?: boolean | undefined
  /**
   * How long each try of a call may take to the end of the answer, in milliseconds. By default 60,000. In Node.js
   * `fetch` itself waits 300,000 for the beginning of an answer and for each further piece, no longer.
   */
  timeout?: number | undefined
  /** How often a call is tried again. By default 2. */
  maxRetries?: number | undefined
  /** Sends the requests in place of the global `fetch`. */
  fetch?: Fetch | undefined
  /** Called before each try of a call, and within its time-out. What it throws ends the call. Not for file storage. */
  onRequest?: ((request: OutgoingRequest) => void | Promise<void>) | undefined
  /** Called after each answer to a call, errors as well. What it throws ends the call. */
  onResponse?: ((response: AnsweredRequest) => void | Promise<void>) | undefined
}

const BASE_URL = 'http://127.0.0.1:9000'

interface Process {
  env?: Record<string, string | undefined>
}

/** The token as it is, or an error that does not show it. */
export function checkedToken(token: unknown): string {
  if (typeof token !== 'string' || token === '') throw new ApiClientError('new ApiClient(token): there is no token')
  if (!/^[\x21-\x7e]+$/.test(token)) {
    throw new ApiClientError('new ApiClient(token): the token has characters, such as line breaks, that none has')
  }
  return token
}

/** The address in front of `/v1`, without a slash at its end. */
export function baseUrl(options: ClientOptions): string {
  const { process } = globalThis as { process?: Process }
  const given = options.baseUrl ?? (process?.env?.['PROTOCOL_API_URL'] || BASE_URL)
  let url: URL
  try {
    url = new URL(given)
  } catch {
    throw new ApiClientError('baseUrl is not an address such as https://api.example.com')
  }
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    throw new ApiClientError('baseUrl must begin with https:// or http://')
  }
  if (url.username || url.password || url.search || url.hash) {
    throw new ApiClientError('baseUrl has a user, a query or a fragment, which no address of the API has')
  }
  if (url.protocol === 'http:' && !isThisMachine(url.hostname) && !options.allowHttp) {
    throw new ApiClientError(`The token would travel to ${url.host} where others can read it: use https, or allowHttp`)
  }
  return url.origin + url.pathname.replace(/\/+$/, '')
}

function isThisMachine(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(host)
}

/** The options of a call, checked and completed by those of the client. */
export function checkedOptions(client: ClientOptions, call: RequestOptions = {}) {
  // A wrong name may be that of the address, and the token would go to another.
  known(client, ['baseUrl', 'allowHttp', 'timeout', 'maxRetries', 'fetch', 'onRequest', 'onResponse'])
  known(call, ['signal', 'timeout', 'maxRetries', 'idempotencyKey'])
  const timeout = call.timeout ?? client.timeout ?? 60_000
  const retries = call.maxRetries ?? client.maxRetries ?? 2
  const { signal, idempotencyKey: key } = call
  if (typeof timeout !== 'number' || !(timeout > 0)) {
    throw new ApiClientError('timeout must be more than 0 milliseconds')
  }
  if (!Number.isSafeInteger(retries) || retries < 0) {
    throw new ApiClientError('maxRetries must be a whole number from 0 on')
  }
  if (signal !== undefined && typeof signal?.throwIfAborted !== 'function') {
    throw new ApiClientError('signal must be an AbortSignal, such as the signal of an AbortController')
  }
  if (key !== undefined && (typeof key !== 'string' || !/^[\x21-\x7e]{1,255}$/.test(key))) {
    throw new ApiClientError('idempotencyKey must be 1 to 255 visible ASCII characters')
  }
  return { signal, timeout, retries, key }
}

function known<Options extends object>(options: Options, names: (keyof Options & string)[]): void {
  if (typeof options !== 'object' || options === null) throw new ApiClientError('the options must be an object')
  const other = Object.keys(options).find((name) => !(names as string[]).includes(name))
  if (other !== undefined) throw new ApiClientError(`there is no option ${other}, but ${names.join(', ')}`)
}
