import { userAgent } from '../core/agent.js'
import { ApiClientError } from '../core/errors.js'
import { node } from './node.js'
import { blobOf, streamOf } from './pieces.js'

/** What goes through the API in one call, in bytes. Larger files are sent to the storage. */
export const SMALL = 4 * 1024 * 1024

/** What can be uploaded: the path of a file (not in browsers), bytes, a `Blob` or `File`, a stream of bytes. */
export type UploadSource =
  string | ArrayBuffer | ArrayBufferView | Blob | ReadableStream<Uint8Array> | AsyncIterable<Uint8Array>

/** What is known of a file to be uploaded. */
export interface UploadParams {
  /** What it is called. By default the last part of the path, or the name of the `File`; needed for all else. */
  filename?: string | undefined
  /** Its media type. By default that of the `Blob`, else `application/octet-stream`; the API goes by the bytes. */
  file_type?: string | undefined
  /** Its size in bytes. Only a stream of more than 4 MiB needs it. */
  file_size?: number | undefined
}

/** A file that is ready to be sent. A stream can be sent once only. */
export interface Source {
  filename: string
  file_type: string
  file_size: number
  content: Blob | ReadableStream<Uint8Array>
  /** Lets go of what it comes from. */
  close?: () => void
}

/** Finds out what there is to be sent. */
export async function sourceOf(source: UploadSource, params: UploadParams): Promise<Source> {
  if (typeof params !== 'object' || params === null) throw wrong('the parameters must be an object')
  const { file_size: size } = params
  if (size !== undefined && !(Number.isSafeInteger(size) && size >= 0)) {
    throw wrong('file_size must be a whole number from 0 on')
  }
  const { filename, file_type, ...content } = await opened(source, size)
  const about = {
    filename: params.filename || filename || '',
    file_type: params.file_type || file_type || 'application/octet-stream',
  }
  try {
    if (!about.filename) throw wrong('filename is missing')
    if (size !== undefined && size !== content.file_size) throw otherSize(size, content.file_size)
  } catch (error) {
    content.close?.()
    throw error
  }
  return { ...about, ...content }
}

type Content = Omit<Source, 'filename' | 'file_type'> & Partial<Source>

async function opened(source: UploadSource, size: number | undefined): Promise<Content> {
  if (typeof source === 'string') return ofFile(source)
  if (source instanceof Blob) return ofBlob(source)
  if (source instanceof ArrayBuffer || ArrayBuffer.isView(source)) return ofBlob(new Blob([source as ArrayBuffer]))
  const pieces = piecesOf(source)
  const checked = checkedPieces(pieces, size)
  // Browsers send streams without a length, which the storage refuses.
  if (size === undefined || size <= SMALL || !userAgent()) return ofBlob(await blobOf(checked))
  return { content: streamOf(checked, pieces.close), file_size: size, close: pieces.close }
}

function ofBlob(content: Blob): Content {
  const { name } = content as { name?: string }
  return { content, file_size: content.size, file_type: content.type, filename: name ?? '' }
}

async function ofFile(path: string): Promise<Content> {
  const { openAsBlob } = await node('node:fs')
  const { readFile, stat } = await node('node:fs/promises')
  const { basename } = await node('node:path')
  const about = await stat(path)
  if (!about.isFile()) throw wrong('the path is not that of a file')
  // A small one may change while it is sent.
  const content = about.size > SMALL ? await openAsBlob(path) : new Blob([await readFile(path)])
  return { ...ofBlob(content), filename: basename(path) }
}

/** What gives the pieces one after the other, and lets the rest go. */
interface Pieces {
  next(): Promise<{ done?: boolean | undefined; value?: Uint8Array | undefined }>
  close(): void
}

function piecesOf(source: ReadableStream<Uint8Array> | AsyncIterable<Uint8Array>): Pieces {
  if (source instanceof ReadableStream) {
    if (source.locked) throw wrong('the stream is being read already')
    const reader = source.getReader()
    return { next: () => reader.read(), close: () => void reader.cancel().catch(() => {}) }
  }
  if (typeof source?.[Symbol.asyncIterator] !== 'function') throw wrong('it needs a path, bytes, a Blob or a stream')
  const pieces = source[Symbol.asyncIterator]()
  return {
    next: () => pieces.next(),
    close() {
      // An iterator that has not begun does not end a stream of Node.js.
      const { destroy } = source as { destroy?: () => void }
      destroy?.call(source)
      pieces.return?.()?.catch(() => {})
    },
  }
}

// As many bytes as was said, or as go in one call; else it is an error.
async function* checkedPieces({ next, close }: Pieces, size: number | undefined) {
  try {
    // A piece waits for the next one: after the last byte, the request would be over before more could come.
    let waiting: Uint8Array | undefined
    for (let read = 0; ;) {
      const { done, value } = await next()
      if (!done && !(value instanceof Uint8Array)) throw wrong('the stream must be one of bytes')
      read += value?.length ?? 0
      if (size === undefined && read > SMALL) throw wrong('a stream of more than 4 MiB needs its file_size')
      if (size !== undefined && (done ? read < size : read > size)) throw otherSize(size, done ? read : 'more')
      if (waiting) yield waiting
      if (done) return
      waiting = value
    }
  } finally {
    close()
  }
}

function otherSize(size: number, found: number | string): ApiClientError {
  return wrong(`file_size is ${size}, but there are ${found} bytes`)
}

function wrong(message: string): ApiClientError {
  return new ApiClientError(`attachments.upload: ${message}`)
}
