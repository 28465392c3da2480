import { expect, test } from 'vitest'
import { authenticatorName } from './authenticators.ts'

for (const [aaguid, name] of [
  ['fbfc3007-154e-4ecc-8c0b-6e020557d7bd', 'Apple Passwords'],
  ['ea9b8d66-4d01-1d21-3ce4-b6b48cb575d4', 'Google Password Manager'],
  ['6028b017-b1d4-4c02-b4b3-afcdafc96bb2', 'Windows Hello'],
  ['00000000-0000-0000-0000-000000000000', null],
  ['ffffffff-ffff-ffff-ffff-ffffffffffff', null],
  ['__proto__', null],
  ['', null],
] as const)
  test(`${aaguid || 'nothing'} is ${name ?? 'nobody we know'}`, () => {
    expect(authenticatorName(aaguid)).toBe(name)
  })
