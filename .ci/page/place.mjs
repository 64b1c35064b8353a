// Where on the page the reader is.

// For so long Scalar may still move what it has shown, in milliseconds.
const UNREST = 350

/** Follows a link on the page. */
export const follow = (page, anchor) => page.evaluate(hash => location.hash = hash, `#${anchor}`)

/** Waits until it is at the top of the window, and stays there. Gives where the reader is if it does not come. */
export async function arrives(target) {
  await target.waitFor()
  return target.evaluate(async (target, unrest) => {
    const end = performance.now() + 10_000
    let since = Infinity
    while (performance.now() < end) {
      const { top } = target.getBoundingClientRect()
      since = top >= 0 && top < innerHeight / 3 ? Math.min(since, performance.now()) : Infinity
      if (performance.now() > since + unrest) return null
      await new Promise(resolve => requestAnimationFrame(resolve))
    }
    return `${scrollY} of ${document.documentElement.scrollHeight}`
  }, UNREST)
}
