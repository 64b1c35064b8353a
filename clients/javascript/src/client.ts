import { Core } from './core/core.js'
import type { ClientOptions } from './core/options.js'
import { resources } from './generated/resources.js'
import { Attachments } from './resources/attachments.js'
import { Sounds } from './resources/sounds.js'

/** The resources of the API, each an attribute of a client. */
export interface ApiClient extends ReturnType<typeof resources> {}

/** A client of the API for one person: the one to whom the token belongs. */
export class ApiClient {
  /** The files of messages. */
  readonly attachments: Attachments
  /** The catalogue of sounds. */
  readonly sounds: Sounds

  /** Checks the token and the options, and sends nothing. */
  constructor(token: string | undefined, options: ClientOptions = {}) {
    const core = new Core(token, options)
    Object.assign(this, resources(core))
    this.attachments = new Attachments(core)
    this.sounds = new Sounds(core)
  }
}
