/** The root of the container in which the domain controller runs. */
export const CONTAINER = '/var/lib/machines/nsdc'

/** Enters the namespaces of the container; what is run there is in arguments of its own. */
const ENTER =
  'exec nsenter --target "$(machinectl show --property Leader nsdc | cut -d= -f2)" --mount --uts --ipc --net --pid -- "$@"'

/** A program of the container, told its arguments as they are. */
export function inContainer(...command: readonly string[]): string[] {
  return ['sh', '-c', ENTER, 'in-container', ...command]
}
