import { newKey, type Core } from '../core/core.js'
import { ApiError } from '../core/errors.js'
import type { RequestOptions } from '../core/resource.js'
import type { Answer } from '../core/result.js'
import { isPassing, mayBeDone, Retries } from '../core/retry.js'
import { operations } from '../generated/operations.js'
import type { Attachment, AttachmentWithUpload } from '../generated/types.js'
import { addressIn } from './link.js'
import { SMALL, type Source } from './source.js'
import { send } from './storage.js'

/** The slowest connection that a time-out leaves time for, in bytes a millisecond: 64 KiB a second. */
const SLOWEST = 65.536

/** Uploads a file: a small one in one call, a larger one by an announcement and a request to the storage. */
export async function upload(core: Core, source: Source, options?: RequestOptions): Promise<Attachment> {
  const { content } = source
  const isSmall = content instanceof Blob && source.file_size <= SMALL
  try {
    const { upload: _, ...attachment } = isSmall
      ? (await created(core, formOf(content, source), options)).data
      : await announced(core, source, options)
    return attachment
  } finally {
    source.close?.()
  }
}

function formOf(content: Blob, { filename, file_type }: Source): FormData {
  const form = new FormData()
  form.append('file', content.slice(0, content.size, file_type), filename)
  return form
}

async function created(core: Core, params: object, options?: RequestOptions): Promise<Answer<AttachmentWithUpload>> {
  const answer = await core
    .call<AttachmentWithUpload | undefined>(operations.createAttachment, [], params, options)
    .withResponse()
  if (!answer.data) throw core.unexpected(answer, 'The answer has no attachment')
  return answer as Answer<AttachmentWithUpload>
}

async function announced(core: Core, source: Source, options?: RequestOptions): Promise<AttachmentWithUpload> {
  const { content, close: _, ...about } = source
  const { signal, timeout, retries, key } = core.limits(options)
  // With the same key it is the same attachment, with a new address as long as the storage has nothing.
  const own = { ...options, idempotencyKey: key ?? newKey() }
  // Whether the storage may have it, as far as anybody knows. Another call with the caller's key may have sent it.
  let isStored = key !== undefined
  const tries = new Retries(
    content instanceof Blob ? retries : 0,
    signal,
    (error) => isPassing(error) || is(409, error),
  )
  return tries.run(async () => {
    const answer = await tries.once(created(core, about, own))
    if (!answer.data.upload) return answer.data
    const { method, url, headers } = answer.data.upload
    // Node.js sends a stream with the length among the headers; browsers know it themselves, and take no other.
    const init = { method, headers, body: content, duplex: 'half' }
    const longer = timeout + about.file_size / SLOWEST
    try {
      await send({ fetch: core.fetch, url: addressIn(core, answer, url), init, signal, timeout: longer })
    } catch (error) {
      // What is stored cannot be exchanged, and it is ours.
      if (!isStored || !is(412, error)) {
        isStored ||= mayBeDone(error)
        throw error
      }
    }
    return answer.data
  })
}

// 409 is that of an earlier try that the storage has not finished.
function is(status: number, error: unknown): boolean {
  return error instanceof ApiError && error.status === status
}
