import { join } from 'node:path'
import { execa } from 'execa'

/** Bundles the command and the plugins, and returns the folder of the bundles. */
export async function buildWorkspace(root: string): Promise<string> {
  await execa('pnpm', ['--silent', '--filter', 'nethserver-migrate', 'run', 'build'], {
    cwd: root,
    stdout: 'ignore',
    stderr: 'inherit',
  })
  return join(root, 'apps/nethserver-migrate/dist')
}

/** The date of what was not released yet: of the last commit, unless SOURCE_DATE_EPOCH says another. */
export async function sourceDate(root: string): Promise<number> {
  const given = process.env['SOURCE_DATE_EPOCH']
  if (given !== undefined) return Number(given)
  const { stdout } = await execa('git', ['log', '-1', '--format=%ct'], { cwd: root })
  return Number(stdout)
}
