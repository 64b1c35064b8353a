// All that generated code imports.
import type { ApiError } from './errors.js'
import { List, type PageOf } from './list.js'
import type { Answer, Result } from './result.js'

export { List, type PageOf } from './list.js'
export { Result, type Answer } from './result.js'

/** An operation of the API. */
export interface Operation {
  /** Its name in the API's description. */
  readonly id: string
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** With the names of its parameters in braces, in the order in which a call gives them. */
  readonly path: string
  /** Which parameters stand in the query. All others stand in the body. */
  readonly query: readonly string[]
  /** Whether it answers with a page of a list. */
  readonly list: boolean
}

/** What can be said about each call. */
export interface RequestOptions {
  /** Ends the call when it is aborted. The call then throws the signal's reason. */
  signal?: AbortSignal | undefined
  /** How long each try may take, in milliseconds. By default what the client was told. */
  timeout?: number | undefined
  /** How often the call is tried again. By default what the client was told. */
  maxRetries?: number | undefined
  /** The `Idempotency-Key` of a POST: 1 to 255 visible ASCII characters. By default a new one for each call. */
  idempotencyKey?: string | undefined
}

/** What sends requests: the core of a client. */
export interface Requester {
  call<T>(operation: Operation, path: readonly string[], params?: object, options?: RequestOptions): Result<T>
  /** The error that an answer is which is none of the API. */
  unexpected(answer: Answer<unknown>, message: string): ApiError
}

/** What the API has operations on. */
export abstract class Resource {
  readonly #client: Requester

  /** @internal */
  constructor(client: Requester) {
    this.#client = client
  }

  /** @internal */
  protected call_<T>(
    operation: Operation,
    path: readonly string[],
    params?: object,
    options?: RequestOptions,
  ): Result<T> {
    return this.#client.call(operation, path, params, options)
  }

  /** @internal */
  protected list_<Item, Page extends PageOf<Item> = PageOf<Item>>(
    operation: Operation,
    path: readonly string[],
    params?: object,
    options?: RequestOptions,
  ): List<Item, Page> {
    // The caller may change theirs before the list is read.
    return new List<Item, Page>(this.#client, { operation, path, params: { ...params }, options })
  }
}
