/** A member of a hand-made archive. Names and targets are byte strings. */
export type TarMember =
  | { readonly file: string; readonly content?: string; readonly mode?: number }
  | { readonly directory: string }
  | { readonly symbolicLink: string; readonly target: string }
  | { readonly hardLink: string; readonly target: string }
  | { readonly namedPipe: string }
  | { readonly device: string; readonly kind: 'block' | 'character' }

const BLOCK = 512

/** An uncompressed archive with just these members: also ones that no tar would write. */
export function tarOf(members: readonly TarMember[]): Buffer {
  return Buffer.concat([...members.map(memberBlocks), Buffer.alloc(20 * BLOCK)])
}

function memberBlocks(member: TarMember): Buffer {
  if ('directory' in member) return header(member.directory, '5', { mode: 0o755 })
  if ('symbolicLink' in member) return header(member.symbolicLink, '2', { target: member.target })
  if ('hardLink' in member) return header(member.hardLink, '1', { target: member.target })
  if ('namedPipe' in member) return header(member.namedPipe, '6', {})
  // Major and minor 7: on every Linux, a loop device or a console.
  if ('device' in member) return header(member.device, member.kind === 'block' ? '4' : '3', {})
  const content = Buffer.from(member.content ?? '', 'latin1')
  const padding = Buffer.alloc((BLOCK - (content.length % BLOCK)) % BLOCK)
  const { file, mode = 0o644 } = member
  return Buffer.concat([header(file, '0', { mode, size: content.length }), content, padding])
}

function header(
  name: string,
  type: string,
  { mode = 0o777, size = 0, target = '' }: { mode?: number; size?: number; target?: string },
): Buffer {
  const block = Buffer.alloc(BLOCK)
  const octal = (value: number, digits: number) => value.toString(8).padStart(digits, '0')
  block.write(name, 0, 100, 'latin1')
  block.write(octal(mode, 7), 100)
  block.write(octal(process.getuid?.() ?? 0, 7), 108)
  block.write(octal(process.getgid?.() ?? 0, 7), 116)
  block.write(octal(size, 11), 124)
  block.write(octal(1_000_000_000, 11), 136)
  block.write(' '.repeat(8), 148)
  block.write(type, 156)
  block.write(target, 157, 100, 'latin1')
  block.write('ustar\u000000', 257)
  if (type === '3' || type === '4') for (const at of [329, 337]) block.write(octal(7, 7), at)
  const sum = block.reduce((total, byte) => total + byte, 0)
  block.write(`${octal(sum, 6)}\0 `, 148)
  return block
}
