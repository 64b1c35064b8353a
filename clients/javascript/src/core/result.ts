/** What a call was answered with. */
export interface Answer<T> {
  /** What the call returns when it is awaited. */
  data: T
  /** The answer of `fetch`, for its status and headers. Its body has been read. */
  response: Response
  /** Names the request in the logs of the API. */
  request_id: string | null
}

/** What a call returns: a promise of its data, which also knows the whole answer. */
export class Result<T> implements Promise<T> {
  readonly #ask: () => Promise<Answer<T>>
  #answer: Promise<Answer<T>> | undefined

  /** @internal */
  constructor(ask: () => Promise<Answer<T>>) {
    this.#ask = ask
  }

  /** The data together with the answer that brought it. */
  withResponse(): Promise<Answer<T>> {
    return (this.#answer ??= this.#ask())
  }

  /** As of every promise. */
  then<A = T, B = never>(
    fulfilled?: ((data: T) => A | PromiseLike<A>) | null,
    rejected?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    return this.withResponse()
      .then(({ data }) => data)
      .then(fulfilled, rejected)
  }

  /** As of every promise. */
  catch<B = never>(rejected?: ((reason: unknown) => B | PromiseLike<B>) | null): Promise<T | B> {
    return this.then(null, rejected)
  }

  /** As of every promise. */
  finally(settled?: (() => void) | null): Promise<T> {
    return this.then().finally(settled)
  }

  /** As of every promise. */
  get [Symbol.toStringTag](): string {
    return 'Result'
  }
}
