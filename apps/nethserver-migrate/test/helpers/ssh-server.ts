import { execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { delimiter, join } from 'node:path'

/** What `ssh` on the search path of the command does before the real one is called. */
export interface SshOptions {
  /** Shell commands that run first; `$RUN` is the number of the call, from 1 on. */
  readonly before?: string
  /** Shell commands that run after `rsync`, and may say that it failed. */
  readonly rsync?: string
  /** After so many bytes the connection that fetches messages, the third one, hangs. */
  readonly hangsAfter?: number
  /** The key that it shows; the server knows that of the client. */
  readonly identity?: 'client' | 'stranger'
  /** Which key it takes for that of the server: the right one, none, or another one. */
  readonly knownHosts?: 'right_hosts' | 'no_hosts' | 'wrong_hosts'
}

/** What a server has beside an empty `/home/e-smith`. */
export interface SshServerOptions {
  /** Paths of the server, and the folders of the test that lie there. */
  readonly folders?: Readonly<Record<string, string>>
  /** A folder in which the server looks for programs first. */
  readonly programs?: string
}

/** A real sshd on loopback, that knows one key; its `/home/e-smith` is a folder of the test. */
export class SshServer {
  readonly folder: string
  /** What is `/home/e-smith` there. */
  readonly home: string
  readonly port: number
  readonly #server: ChildProcess
  #log = ''

  /** @param folder private to the test file. */
  static async start(
    folder: string,
    { folders = {}, programs }: SshServerOptions = {},
  ): Promise<SshServer> {
    const home = join(folder, 'e-smith')
    mkdirSync(home)
    for (const name of ['host', 'client', 'stranger'])
      execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(folder, name)])
    const port = await freePort()
    const hosts = { right_hosts: 'host', wrong_hosts: 'stranger' }
    for (const [name, key] of Object.entries(hosts))
      writeFileSync(
        join(folder, name),
        `[127.0.0.1]:${port} ${readFileSync(join(folder, `${key}.pub`), 'utf8')}`,
      )
    const config = {
      Port: port,
      ListenAddress: '127.0.0.1',
      HostKey: join(folder, 'host'),
      AuthorizedKeysFile: join(folder, 'client.pub'),
      PidFile: 'none',
      StrictModes: 'no',
      UsePAM: 'no',
      PermitRootLogin: 'yes',
      PasswordAuthentication: 'no',
      KbdInteractiveAuthentication: 'no',
      // With SHLVL the shell takes itself for a shell of a shell, and leaves out the .bashrc of this
      // machine's root, which may do anything and take its time.
      SetEnv: [
        'SHLVL=1',
        ...(programs === undefined ? [] : [`PATH=${programs}:/usr/bin:/bin`]),
      ].join(' '),
    }
    writeFileSync(join(folder, 'sshd_config'), configText(config))
    const server = spawn('unshare', [
      ...['--mount', 'sh', '-ec', MOUNTS, 'sh', '/home/e-smith', home],
      ...[...Object.entries(folders).flat(), '--'],
      ...['/usr/sbin/sshd', '-D', '-e', '-f', join(folder, 'sshd_config')],
    ])
    const started = new SshServer(folder, port, server)
    await started.#untilListening()
    return started
  }

  private constructor(folder: string, port: number, server: ChildProcess) {
    this.folder = folder
    this.home = join(folder, 'e-smith')
    this.port = port
    this.#server = server
    server.stderr?.on('data', (chunk: Buffer) => (this.#log += chunk.toString()))
  }

  /** The environment of a command for which `ssh` is that of the test. */
  environment(name: string, options: SshOptions = {}) {
    const {
      before = '',
      rsync,
      hangsAfter,
      identity = 'client',
      knownHosts = 'right_hosts',
    } = options
    const folder = join(this.folder, name)
    mkdirSync(folder)
    const own = {
      IdentityFile: join(this.folder, identity),
      IdentitiesOnly: 'yes',
      UserKnownHostsFile: join(this.folder, knownHosts),
      GlobalKnownHostsFile: 'none',
      // The default one is the slowest.
      KexAlgorithms: 'curve25519-sha256',
    }
    writeFileSync(join(folder, 'config'), configText(own))
    writeFileSync(
      join(folder, 'ssh'),
      `#!/bin/sh
echo >>'${folder}/runs'
RUN=$(wc -l <'${folder}/runs')
${before}
[ "$RUN" = 3 ] && ${hangsAfter === undefined ? 'false' : 'true'} && exec perl -e '${HANG}' ${hangsAfter ?? 0} "$0-real" "$@"
exec "$0-real" "$@"
`,
    )
    writeFileSync(
      join(folder, 'ssh-real'),
      `#!/bin/sh\nexec /usr/bin/ssh -F '${folder}/config' "$@"\n`,
    )
    if (rsync !== undefined)
      writeFileSync(join(folder, 'rsync'), `#!/bin/sh\n/usr/bin/rsync "$@"\n${rsync}\n`, {
        mode: 0o755,
      })
    for (const program of ['ssh', 'ssh-real']) chmodSync(join(folder, program), 0o755)
    return { PATH: [folder, process.env['PATH']].join(delimiter) }
  }

  /** What its files at the destination are called. */
  get name(): string {
    return `127.0.0.1:${this.port}`
  }

  stop(): void {
    this.#server.kill()
  }

  async #untilListening(): Promise<void> {
    for (let attempt = 0; attempt < 100; attempt += 1) {
      if (/Server listening/.test(this.#log)) return
      if (this.#server.exitCode !== null) break
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
    this.stop()
    throw new Error(`sshd does not listen: ${this.#log}`)
  }
}

/** Passes on what a program prints, and nothing after so many bytes. */
const HANG = `
STDOUT->blocking(1);
$left = shift;
open $input, "-|", @ARGV or die;
while ($left > 0 && ($read = sysread $input, $text, 4096)) { $left -= syswrite STDOUT, $text }
sleep 20 if $read`

/** Why there can be no such server on this machine; nothing when there can. */
export function noSshServer(): string | undefined {
  if (process.getuid?.() !== 0) return 'only root can log in as root'
  const { status } = spawnSync('unshare', ['--mount', 'sh', '-ec', MOUNTS, 'sh', '--', 'true'])
  return status === 0 ? undefined : 'unshare(1) may not make mounts here'
}

/** In a mount namespace of its own: pairs of a path and the folder that lies there, `--`, a command. */
const MOUNTS = `
mount -t tmpfs none /run
mkdir /run/sshd
mount -t tmpfs none /home
mkdir /home/e-smith
while [ "$1" != -- ]; do mount --bind "$2" "$1"; shift 2; done
shift
exec "$@"`

function configText(lines: Readonly<Record<string, string | number>>): string {
  return Object.entries(lines)
    .map(([name, value]) => `${name} ${value}\n`)
    .join('')
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}
