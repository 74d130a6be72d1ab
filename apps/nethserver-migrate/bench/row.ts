/** Where everything is measured: two filesystems. */
export interface Bench {
  readonly here: string
  readonly there: string
  /** A tenth of everything, to see whether it works. */
  readonly isSmall: boolean
}

/** One line of the table. */
export interface Row {
  readonly what: string
  readonly value: number
  readonly unit: 's' | 'ms' | 'MB'
  /** What it was measured in turns with. */
  readonly beside?: { readonly what: string; readonly value: number }
  /** Of the value to that beside it. */
  readonly ratio?: number
  readonly aim?: string
  readonly isMet?: boolean
}

/** Something measured beside something else, with an aim for the ratio of both. */
export function besideRow(
  what: string,
  value: number,
  beside: { readonly what: string; readonly value: number },
  most?: number,
): Row {
  const ratio = value / beside.value
  return {
    what,
    value,
    unit: 's',
    beside,
    ratio,
    ...(most === undefined ? {} : { aim: `ratio ≤ ${most}`, isMet: ratio <= most }),
  }
}

/** Something that is not to be more than so much. */
export function limitRow(what: string, value: number, unit: Row['unit'], most?: number): Row {
  return {
    what,
    value,
    unit,
    ...(most === undefined ? {} : { aim: `≤ ${most} ${unit}`, isMet: value <= most }),
  }
}
