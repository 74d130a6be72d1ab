import fc from 'fast-check'

/** Byte strings: every byte may occur, and those that mean something to SQL often do. */
export function anyBytes(): fc.Arbitrary<string> {
  const byte = fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code))
  const special = fc.constantFrom(...'\'"`\\;\n\r#-/* ,()=a0n%_\0\x1a')
  return fc
    .array(fc.oneof({ weight: 2, arbitrary: special }, { weight: 1, arbitrary: byte }))
    .map((bytes) => bytes.join(''))
}
