import { fileURLToPath } from 'node:url'
import { execaSync } from 'execa'

const WORKSPACE = fileURLToPath(new URL('../../../..', import.meta.url))

/**
 * Copies the workspace, without what was installed and built, into a git repository with one commit,
 * and sets it up: for tests of commands that change the workspace.
 */
export function copyWorkspace(folder: string): void {
  const copied = ['--exclude=/.git', '--filter=:- .gitignore', WORKSPACE, folder]
  execaSync('rsync', ['--archive', ...copied])
  const git = (...args: string[]) => execaSync('git', args, { cwd: folder })
  git('init', '--quiet', '--initial-branch', 'main')
  git('config', 'user.name', 'Test')
  git('config', 'user.email', 'test@localhost')
  git('add', '--all')
  git('commit', '--quiet', '--message', 'Begin')
  execaSync('npm', ['run', 'setup'], { cwd: folder, env: ownEnvironment(), extendEnv: false })
}

/** What vitest, turbo, npm and pnpm say to the tests of this workspace. */
const THEIRS = /^(VITEST|TURBO_|p?npm_|NODE$|NODE_ENV$|NODE_PATH$|INIT_CWD$|CI$|FORCE_COLOR$)/i
/** What a person may have said to npm of the way to its registry. */
const OWN =
  /^npm_config_(registry|cache|userconfig|globalconfig|(https?_?|no)_?proxy|cafile|strict_ssl|(prefer_)?offline)$/i

/** The environment that a person would have. */
export function ownEnvironment(): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => OWN.test(name) || !THEIRS.test(name))
  return { ...Object.fromEntries(own), NO_COLOR: '1' }
}
