import { onAbort } from './signals.js'

/** The longest that timers can: beyond, they end at once. */
const LONGEST = 2 ** 31 - 1

/** Time and chance, in one place so that tests need not wait for them. */
export const clock = {
  now: (): number => Date.now(),
  random: (): number => Math.random(),

  /** Does something later, unless what it gives is called before. */
  timer(milliseconds: number, over: () => void): () => void {
    const timer = setTimeout(over, Math.min(milliseconds, LONGEST))
    return () => clearTimeout(timer)
  },

  /** Waits, or throws the signal's reason as soon as it is aborted. */
  sleep(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      const cancel = clock.timer(milliseconds, () => {
        leave()
        resolve()
      })
      const leave = onAbort(signal, () => {
        cancel()
        reject(signal?.reason)
      })
    })
  },
}
