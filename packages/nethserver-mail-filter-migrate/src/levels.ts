/** The level of amavisd where nothing else is known. */
export const DEFAULT_TAG_LEVEL = '5.0'

/** From the level that adds headers up to the one that drops a message without notice. */
export interface Levels {
  readonly SpamTagLevel: string
  readonly SpamTag2Level: string
  readonly SpamKillLevel: string
  readonly SpamDsnLevel: string
}

/** A score; amavisd knows negative ones too. */
export function isLevel(text: string): boolean {
  return /^-?\d{1,4}(\.\d{1,3})?$/.test(text)
}

/** A score as amavisd writes it. */
export function level(score: number): string {
  const rounded = Math.round(score * 1000) / 1000
  return Number.isInteger(rounded) ? rounded.toFixed(1) : String(rounded)
}

/**
 * The levels in rising order, from the top down: one that is not below the next is lowered.
 * Nothing when good mail would then count as spam.
 */
export function inOrder(levels: Levels): Levels | undefined {
  const { SpamDsnLevel } = levels
  const SpamKillLevel = below(SpamDsnLevel, levels.SpamKillLevel, 0.1)
  const SpamTag2Level = below(SpamKillLevel, levels.SpamTag2Level, 1)
  const SpamTagLevel = below(SpamTag2Level, levels.SpamTagLevel, 1)
  return Number(SpamTag2Level) > 0
    ? { SpamTagLevel, SpamTag2Level, SpamKillLevel, SpamDsnLevel }
    : undefined
}

function below(next: string, wanted: string, distance: number): string {
  return Number(wanted) < Number(next) ? wanted : level(Number(next) - distance)
}
