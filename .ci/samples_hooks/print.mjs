// Lets console.log print each value as a line of JSON, and refuse what JSON does not show as it is: a promise that was
// not awaited, an answer of HTTP, undefined.
console.log = (...values) => {
  for (const value of values) {
    ensurePlain(value)
    process.stdout.write(JSON.stringify(value) + '\n')
  }
}

function ensurePlain(value) {
  if (value === null || ['string', 'boolean'].includes(typeof value) || Number.isFinite(value)) return
  const isPlain = typeof value === 'object' && [Object, Array].includes(value.constructor)
  if (!isPlain) throw new TypeError(`this is printed and is no JSON: ${value?.constructor?.name ?? typeof value}`)
  Object.values(value).forEach(ensurePlain)
}
