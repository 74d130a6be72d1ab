const UNITS = ['bytes', 'kB', 'MB', 'GB', 'TB']

/** A number of bytes for people, in powers of 1000. */
export function formatBytes(bytes: number): string {
  let value = bytes
  let unit = 0
  while (value >= 1000 && unit < UNITS.length - 1) {
    value /= 1000
    unit += 1
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${UNITS[unit]}`
}

/** `1 file`, `12 408 files`. */
export function count(amount: number, singular: string, plural = `${singular}s`): string {
  const digits = String(amount).replace(/\B(?=(\d{3})+$)/g, ' ')
  return `${digits} ${amount === 1 ? singular : plural}`
}
