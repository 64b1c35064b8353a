import type { Core } from '../core/core.js'
import type { RequestOptions } from '../core/resource.js'
import { download, type FileDownload } from '../files/download.js'
import { Sounds as Generated } from '../generated/resources.js'

/** The catalogue of sounds: what the API has for them, and their content. */
export class Sounds extends Generated {
  readonly #core: Core

  /** @internal */
  constructor(core: Core) {
    super(core)
    this.#core = core
  }

  /** Begins to download the original file of a sound. */
  open(id: string, options?: RequestOptions): Promise<FileDownload> {
    const ask = () => this.download(id, options).withResponse()
    return download(this.#core, ask, ({ url }) => ({ url }), options)
  }
}
