import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { besideName, savedName, temporaryName } from '../src/files/names-beside.js'

describe('a name beside another', () => {
  it('is that name with an ending', () => {
    expect([
      besideName('/a/b', 1),
      besideName('b', 2),
      savedName('/a/b', 1),
      savedName('/a/b', 3),
      temporaryName('/a/b'),
    ]).toEqual([
      '/a/b.migrated',
      'b.migrated-2',
      '/a/b.before-migration',
      '/a/b.before-migration-3',
      '/a/.b.nethserver-migrate',
    ])
  })

  it('is in the same folder, another one, and one that a folder can hold', () => {
    const name = fc
      .string({ minLength: 1, maxLength: 255 })
      .map((text) => text.replaceAll('/', '_'))
    fc.assert(
      fc.property(name, fc.integer({ min: 1, max: 100 }), (text, attempt) => {
        const names = [
          besideName(`/folder/${text}`, attempt),
          savedName(`/folder/${text}`, attempt),
          temporaryName(`/folder/${text}`),
        ].map((path) => path.replace('/folder/', ''))
        expect(new Set([text, ...names]).size).toBe(4)
        for (const one of names) expect(one).toMatch(/^[^/]{1,255}$/)
      }),
    )
  })
})
