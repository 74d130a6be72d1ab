import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { makeSource, people, stage } from './office.js'
import { limitRow, type Bench, type Row } from './row.js'
import { migrate } from './run.js'

/** How the import of accounts grows with their number. */
export function accountRows({ here, isSmall }: Bench): Row[] {
  const sizes = isSmall ? [10, 100, 1_000] : [100, 1_000, 10_000]
  const seconds = sizes.map((size) => {
    const [source, root] = [join(here, 'source'), join(here, 'root')]
    makeSource(source, people(size))
    const taken = [1, 2].map(() => {
      stage(root)
      const once = migrate('import', source, '--root', root)
      rmSync(root, { recursive: true })
      return once
    })
    rmSync(source, { recursive: true })
    return Math.min(...taken)
  })
  const [small = 0, middle = 0, large = 0] = seconds
  const [few = 0, some = 0, many = 0] = sizes
  const growth = (large - middle) / (many - some) / ((middle - small) / (some - few))
  return [
    ...sizes.map((size, index) =>
      limitRow(
        `${size} accounts with groups and pseudonyms`,
        seconds[index] ?? 0,
        's',
        size === 10_000 ? 5 : undefined,
      ),
    ),
    {
      what: `one account more, from ${some} on`,
      value: ((large - middle) / (many - some)) * 1000,
      unit: 'ms',
      beside: { what: `up to ${some}`, value: ((middle - small) / (some - few)) * 1000 },
      ratio: growth,
      aim: 'ratio ≤ 1.25',
      isMet: growth <= 1.25,
    },
  ]
}
