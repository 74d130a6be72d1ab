import picocolors from 'picocolors'

/** Colours on a terminal only, whatever the environment of a pipe or a cron job says. */
export const colours = picocolors.createColors(
  process.stdout.isTTY === true && !process.env.NO_COLOR,
)
