interface Waiting {
  all: Set<() => void>
  tell: () => void
}

const waiting = new WeakMap<AbortSignal, Waiting>()

/**
 * Does something when the signal is aborted, unless what it gives is called before. However many wait for a signal, it
 * has one listener: Node.js warns of more than ten, as of a leak.
 */
export function onAbort(signal: AbortSignal | undefined, aborted: () => void): () => void {
  if (signal?.aborted) aborted()
  if (!signal || signal.aborted) return () => {}
  const { all, tell } = waiting.get(signal) ?? begin(signal)
  all.add(aborted)
  return () => {
    if (!all.delete(aborted) || all.size > 0) return
    waiting.delete(signal)
    signal.removeEventListener('abort', tell)
  }
}

function begin(signal: AbortSignal): Waiting {
  const all = new Set<() => void>()
  const its = { all, tell: () => all.forEach((aborted) => aborted()) }
  waiting.set(signal, its)
  signal.addEventListener('abort', its.tell, { once: true })
  return its
}
