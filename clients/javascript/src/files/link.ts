import type { Requester } from '../core/resource.js'
import type { Answer } from '../core/result.js'

/** An address of the storage that is in an answer, which must be a whole one. */
export function addressIn(client: Requester, answer: Answer<unknown>, url: unknown): string {
  try {
    if (/^https?:$/.test(new URL(url as string).protocol)) return url as string
  } catch {
    // What is relative is no address either.
  }
  throw client.unexpected(answer, 'The answer has no address of a file')
}
