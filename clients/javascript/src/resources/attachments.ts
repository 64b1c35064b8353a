import type { Core } from '../core/core.js'
import type { RequestOptions } from '../core/resource.js'
import { download, type FileDownload } from '../files/download.js'
import { sourceOf, type UploadParams, type UploadSource } from '../files/source.js'
import { upload } from '../files/upload.js'
import { Attachments as Generated } from '../generated/resources.js'
import type { Attachment } from '../generated/types.js'

/** The files of messages: what the API has for them, and their content. */
export class Attachments extends Generated {
  readonly #core: Core

  /** @internal */
  constructor(core: Core) {
    super(core)
    this.#core = core
  }

  /**
   * Uploads a file: up to 4 MiB in one call, a larger one to the storage. Send it with a message by its `id`.
   *
   * It is tried again like every call, unless it is a stream of more than 4 MiB. For what goes to the storage the
   * time-out is longer by a second for each 64 KiB.
   */
  async upload(source: UploadSource, params: UploadParams = {}, options?: RequestOptions): Promise<Attachment> {
    return upload(this.#core, await sourceOf(source, params), options)
  }

  /** Begins to download the file of an attachment. */
  open(id: string, options?: RequestOptions): Promise<FileDownload> {
    const ask = () => this.get(id, options).withResponse()
    return download(this.#core, ask, ({ file_url: url, ...about }) => ({ url, ...about }), options)
  }
}
