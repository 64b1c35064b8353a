import { newKey } from '../core/core.js'
import { node } from './node.js'

/** Writes a file in place of one that is there, all of it or nothing; and to what is no plain file as it comes, once. */
export async function save(
  path: string,
  pieces: AsyncIterable<Uint8Array>,
  once: (work: Promise<void>) => Promise<void>,
): Promise<void> {
  const { open, realpath, rename, rm, stat } = await node('node:fs/promises')
  const { dirname, join } = await node('node:path')
  const write = async (to: string, flags: string, mode?: number) => {
    const file = await open(to, flags, mode)
    try {
      for await (const piece of pieces) await file.writeFile(piece)
      // Of the mode that was asked for, the process may have taken something.
      if (mode !== undefined) await file.chmod(mode)
    } finally {
      await file.close()
    }
  }
  const there = await stat(path).catch(() => undefined)
  // What a pipe has been given cannot be taken back.
  if (there && !there.isFile()) return once(write(path, 'w'))
  // A link stays, and leads to the new content.
  const target = there ? await realpath(path) : path
  const part = join(dirname(target), `.${newKey()}.part`)
  try {
    await write(part, 'wx', there && there.mode & 0o777)
    await rename(part, target)
  } catch (error) {
    await rm(part, { force: true })
    throw error
  }
}
