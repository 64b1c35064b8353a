import { ApiClientError } from './errors.js'
import type { Operation, Requester, RequestOptions } from './resource.js'
import { Result, type Answer } from './result.js'

/** A page of a list, as the API answers it. */
export interface PageOf<Item> {
  /** Whether there is more in the direction of travel. */
  has_more: boolean
  /** The items, in the order of the list. */
  data: Item[]
  /** The position after the page, or null where nothing follows. */
  next_cursor: string | null
}

/** What asks for a list. */
interface Call {
  operation: Operation
  path: readonly string[]
  params: { starting_after?: unknown; ending_before?: unknown }
  options: RequestOptions | undefined
}

/**
 * A list. Await it for one page, or iterate over it to its end. Nothing is asked for before, and a further page only
 * when the items of the last one have been taken.
 *
 * With `ending_before` it goes backwards: pages are as the API gives them, items come in the direction of travel, the
 * one next to the position first.
 */
export class List<Item, Page extends PageOf<Item> = PageOf<Item>> extends Result<Page> implements AsyncIterable<Item> {
  readonly #client: Requester
  readonly #call: Call
  readonly #ask: (position: object) => Promise<Answer<Page>>

  /** @internal */
  constructor(client: Requester, call: Call) {
    const { operation, path, params, options } = call
    const ask = (position: object) => client.call<Page>(operation, path, { ...params, ...position }, options)
    super(() => ask({}).withResponse())
    this.#client = client
    this.#call = call
    this.#ask = (position) => ask(position).withResponse()
  }

  /** The pages, from the first one to the end of the list. */
  async *pages(): AsyncGenerator<Page, void, undefined> {
    const { operation, params } = this.#call
    const parameter = isBackwards(params) ? 'ending_before' : 'starting_after'
    let asked = params[parameter]
    for (let answer = await this.withResponse(); ;) {
      const page = answer.data
      yield page
      if (!page.has_more) return
      const position = isBackwards(params) ? before(page) : page.next_cursor
      if (position == null) return
      // Whoever asks for it again gets the same again.
      if (position === asked || typeof position !== 'string') {
        throw this.#client.unexpected(answer, `${operation.id}: the list does not go on from ${parameter}`)
      }
      asked = position
      answer = await this.#ask({ [parameter]: position })
    }
  }

  /** The items, from the first one to the end of the list. */
  async *[Symbol.asyncIterator](): AsyncGenerator<Item, void, undefined> {
    for await (const page of this.pages()) {
      yield* isBackwards(this.#call.params) ? [...page.data].reverse() : page.data
    }
  }

  /** The items from the first one on, at most `limit`. A page has as many as the parameter `limit` of the list says. */
  async collect(limit: number): Promise<Item[]> {
    if (!Number.isSafeInteger(limit) || limit < 0) {
      throw new ApiClientError('collect needs a limit: how many items it may collect')
    }
    const items: Item[] = []
    if (limit === 0) return items
    for await (const item of this) {
      items.push(item)
      if (items.length === limit) break
    }
    return items
  }
}

function isBackwards({ ending_before }: Call['params']): boolean {
  return ending_before != null
}

// What to ask for next. Null where nothing follows.
function before(page: PageOf<unknown>): unknown {
  // Only a search has empty pages with more to come, and then its cursor goes on in the direction of travel.
  if (page.data.length === 0) return page.next_cursor
  const first = page.data[0] as { id?: unknown; name?: unknown } | null
  // What has no id, such as a tag, is found by its name. Without either, the wrong end would be next.
  return first?.id ?? first?.name ?? false
}
