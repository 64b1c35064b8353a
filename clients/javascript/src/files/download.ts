import type { Core } from '../core/core.js'
import { ApiClientError, ApiConnectionError, ApiError } from '../core/errors.js'
import type { RequestOptions } from '../core/resource.js'
import type { Answer } from '../core/result.js'
import { isPassing, Retries } from '../core/retry.js'
import { addressIn } from './link.js'
import { blobOf, streamOf } from './pieces.js'
import { save } from './save.js'
import { open, type Opened } from './storage.js'

/** Where a file is, and what is known about it. */
export interface Link {
  url: string
  filename?: string
  file_type?: string
  file_size?: number
}

/**
 * A file whose content has yet to be read, once: by `stream`, `bytes`, `text` or `saveTo`. Until then it holds its
 * connection, unless `cancel` lets it go. The time-out is that of the beginning of the answer, and of each further
 * piece.
 */
export class FileDownload {
  /** What it is called. It has no folder. */
  readonly filename: string
  /** Its media type, without parameters. */
  readonly file_type: string
  /** Its size in bytes, where it is known. */
  readonly file_size: number | null

  readonly #tries: Retries
  readonly #again: () => Promise<Opened>
  #opened: Opened | undefined

  /** @internal */
  constructor(link: Link, opened: Opened, tries: Retries, again: () => Promise<Opened>) {
    const { headers } = opened
    this.filename = withoutFolder(link.filename ?? nameIn(headers.get('content-disposition') ?? ''))
    this.file_type = link.file_type ?? headers.get('content-type')?.split(';')[0]?.trim() ?? 'application/octet-stream'
    this.file_size = link.file_size ?? sizeIn(headers)
    this.#opened = opened
    this.#tries = tries
    this.#again = again
  }

  /** The content as it comes, once. It fails where the file ends too early. */
  stream(): ReadableStream<Uint8Array> {
    const opened = this.#take()
    return streamOf(this.#piecesOf(opened), () => opened.close())
  }

  /** The content. */
  async bytes(): Promise<Uint8Array & { readonly buffer: ArrayBuffer }> {
    return new Uint8Array(await (await this.#whole(blobOf)).arrayBuffer())
  }

  /** The content as text in UTF-8. */
  async text(): Promise<string> {
    return (await this.#whole(blobOf)).text()
  }

  /**
   * Writes the content to a file, in place of one that is there, and all of it or nothing: first to a file beside it,
   * `.….part`, which stays when the program is killed. What is no plain file, such as a pipe, is written to as it
   * comes. Errors of the file system are thrown as they are. Not in browsers.
   */
  async saveTo(path: string): Promise<void> {
    return this.#whole((pieces) => save(path, pieces, (work) => this.#tries.once(work)))
  }

  /** Lets the content go, where it is not wanted. */
  async cancel(): Promise<void> {
    this.#opened?.close()
    this.#opened = undefined
  }

  // Again from its beginning where it breaks off.
  async #whole<T>(use: (pieces: AsyncIterable<Uint8Array>) => Promise<T>): Promise<T> {
    let next: Opened | undefined = this.#take()
    return this.#tries.run(async () => {
      const opened = next ?? (await this.#again())
      next = undefined
      try {
        return await use(this.#piecesOf(opened))
      } finally {
        opened.close()
      }
    })
  }

  #take(): Opened {
    const opened = this.#opened
    if (!opened) throw new ApiClientError('This file has been read: open it once more')
    this.#opened = undefined
    return opened
  }

  async *#piecesOf(opened: Opened): AsyncGenerator<Uint8Array, void, undefined> {
    const size = this.file_size ?? undefined
    let read = 0
    for (let piece = await opened.read(); piece; piece = await opened.read()) {
      read += piece.length
      if (size !== undefined && read > size) throw new ApiConnectionError(`The file has more than ${size} bytes`)
      yield piece
    }
    if (size !== undefined && read < size) throw new ApiConnectionError(`The file ended after ${read} of ${size} bytes`)
  }
}

/** Begins to get the file to which a link leads. What fails and may pass is tried again with a new link. */
export async function download<T>(
  core: Core,
  ask: () => PromiseLike<Answer<T>>,
  linkIn: (data: T) => Link,
  options?: RequestOptions,
): Promise<FileDownload> {
  const { signal, timeout, retries } = core.limits(options)
  // 403 is that of a link which is over.
  const mayPass = (error: unknown) => isPassing(error) || (error instanceof ApiError && error.status === 403)
  const tries = new Retries(retries, signal, mayPass)
  const begin = async () => {
    const answer = await tries.once(ask())
    const link = linkIn(answer.data)
    const url = addressIn(core, answer, link.url)
    return { link, opened: await open({ fetch: core.fetch, url, init: { method: 'GET' }, signal, timeout }) }
  }
  const { link, opened } = await tries.run(begin)
  return new FileDownload(link, opened, tries, async () => (await begin()).opened)
}

// Such as `attachment; filename="Cafe.wav"; filename*=UTF-8''Caf%C3%A9.wav`.
function nameIn(disposition: string): string {
  const extended = /filename\*=UTF-8''([^;]+)/i.exec(disposition)?.[1]
  try {
    if (extended) return decodeURIComponent(extended)
  } catch {
    // Then there is the plain one.
  }
  return /filename="?([^";]+)/i.exec(disposition)?.[1] ?? ''
}

function withoutFolder(name: string): string {
  const last = name.split(/[/\\]/).pop() ?? ''
  return last === '' || last === '.' || last === '..' ? 'file' : last
}

// Of what was compressed on the way, it is another size.
function sizeIn(headers: Headers): number | null {
  const length = headers.get('content-length')
  return length && !headers.has('content-encoding') ? Number(length) : null
}
