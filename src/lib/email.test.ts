import fc from 'fast-check'
import { expect, test } from 'vitest'
import { maskEmail, parseEmail } from './email.ts'

// Of any code points at all, halves of characters among them.
const points = fc.array(fc.nat(0x10ffff), { maxLength: 20 })
const anyText = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  points.map((each) => String.fromCodePoint(...each)),
)

const canonical = (text: string) => parseEmail(text)?.canonical

const accepted: [written: string, canonical: string][] = [
  ['ann@example.com', 'ann@example.com'],
  [' Ann.Miller+shop@Example.COM  ', 'ann.miller+shop@example.com'],
  ["o'hara_{x}@sub.example.co.uk", "o'hara_{x}@sub.example.co.uk"],
  ['jose\u0301@example.com', 'jos\u00e9@example.com'],
  ['JOSÉ@example.com', 'josé@example.com'],
  ['用户@例子.中国', '用户@xn--fsqu00a.xn--fiqs8s'],
  ['محمد@example.com', 'محمد@example.com'],
  ['STRASSE@example.com', 'strasse@example.com'],
  ['straße@example.com', 'strasse@example.com'],
  ['ann@BÜCHER.example', 'ann@xn--bcher-kva.example'],
  ['ann@xn--bcher-kva.example', 'ann@xn--bcher-kva.example'],
  ['\u212Aate@example.com', 'kate@example.com'],
  [`${'a'.repeat(64)}@example.com`, `${'a'.repeat(64)}@example.com`],
]

for (const [written, expected] of accepted) {
  test(`e-mail: ${JSON.stringify(written)} is compared as ${expected}`, () => {
    expect(canonical(written)).toBe(expected)
  })
}

const refused: [why: string, text: string][] = [
  ['nothing', ''],
  ['no @', 'ann.example.com'],
  ['two @', 'ann@b@example.com'],
  ['a full-width @', 'ann＠example.com'],
  ['a full-width @ in the name', 'admin＠x.com@example.com'],
  ['a name in front', 'Ann <ann@example.com>'],
  ['angle brackets', '<ann@example.com>'],
  ['a comment', 'ann(home)@example.com'],
  ['a quoted name', '"ann miller"@example.com'],
  ['two addresses', 'ann@example.com,bob@example.com'],
  ['two addresses with a semicolon', 'ann@example.com;bob@example.com'],
  ['two addresses with a space', 'ann@example.com bob@example.com'],
  ['a line break behind', 'ann@example.com\n'],
  ['another header', 'ann@example.com\r\nBcc: bob@example.com'],
  ['a NUL', 'ann\0@example.com'],
  ['a tab', '\tann@example.com'],
  ['a zero-width space', 'ann\u200B@example.com'],
  ['a joiner', 'ann\u200D@example.com'],
  ['an override of direction', 'ann\u202Emoc@example.com'],
  ['an isolate', '\u2068ann@example.com\u2069'],
  ['a letter that shows as nothing', 'ann\u3164@example.com'],
  ['a soft hyphen in the domain', 'ann@exam\u00ADple.com'],
  ['what a broken decoder leaves', 'ann\uFFFD@example.com'],
  ['half a character', 'ann\uD800@example.com'],
  ['a picture', '😀@example.com'],
  ['a domain of one word', 'root@localhost'],
  ['an IP address', 'ann@127.0.0.1'],
  ['a short IP address', 'ann@1.2'],
  ['an IP address in Arabic digits', 'ann@١٢٧.٠.٠.١'],
  ['an IP address in brackets', 'ann@[127.0.0.1]'],
  ['a dot at the start', '.ann@example.com'],
  ['a dot at the end', 'ann.@example.com'],
  ['two dots', 'ann..miller@example.com'],
  ['a dot behind the domain', 'ann@example.com.'],
  ['two dots in the domain', 'ann@example..com'],
  ['a dash at the edge of a label', 'ann@-example.com'],
  ['a low line in the domain', 'ann@my_host.com'],
  ['a port', 'ann@example.com:25'],
  ['a path', 'ann@example.com/x'],
  ['a name of 65 characters', `${'a'.repeat(65)}@example.com`],
  ['a name of 66 octets', `${'用'.repeat(22)}@example.com`],
  ['a name of 66 octets that folds to fewer', `${'ẞ'.repeat(22)}@example.com`],
  [
    'a domain that is short only in Chinese',
    `${'a'.repeat(64)}@${'例子测试中文域名很长的一个标签.'.repeat(4)}com`,
  ],
  ['a label of 64', `ann@${'a'.repeat(64)}.com`],
  ['400 characters', `ann@${'abcdefg.'.repeat(50)}com`],
  ['255 characters', `${'a'.repeat(63)}@${'abcdefg.'.repeat(23)}abcdefg`],
  ['a million characters', `${'a'.repeat(1e6)}@example.com`],
]

for (const [why, text] of refused) {
  test(`e-mail: refused is ${why}`, () => expect(parseEmail(text)).toBeNull())
}

test('an address is shown and sent to as it was written', () => {
  expect(parseEmail(' Ann@Bücher.Example ')?.address).toBe('Ann@Bücher.Example')
})

test('a dotless ı is not an i: who owns the one does not get the other’s account', () => {
  expect(canonical('admın@example.com')).not.toBe(canonical('admin@example.com'))
})

const letters = fc.string({
  unit: fc.constantFrom(...Array.from('aZéßẞσςΣİıŉǰΐΆﬁﬀ۳用ةک़ๆำ\u0301\u0345ꭰᏸ')),
})
const addresses = letters.map((text) => `x${text.slice(0, 8)}@Exämple.org`)

test('the canonical form of a canonical form is itself', () => {
  fc.assert(
    fc.property(fc.oneof(addresses, fc.emailAddress()), (text) => {
      const once = canonical(text)
      fc.pre(once !== undefined)
      expect(canonical(once)).toBe(once)
    }),
  )
})

test('other case and other Unicode form are the same account', () => {
  fc.assert(
    fc.property(addresses, (text) => {
      fc.pre(!text.includes('ı') && parseEmail(text) !== null)
      const [composed, apart] = [text.normalize('NFC'), text.normalize('NFD')]
      const forms = [composed, apart, composed.toUpperCase(), composed.toLowerCase()]
      expect(new Set(forms.map(canonical))).toEqual(new Set([canonical(text)]))
    }),
  )
})

test('no text at all makes it throw, and what it accepts has one @ and nothing unseen', () => {
  fc.assert(
    fc.property(anyText, anyText, (local, domain) => {
      const found = parseEmail(`${local}@${domain}.com`)
      return !found || /^[^\s@\p{C}]+@[^\s@\p{C}]+$/u.test(found.address)
    }),
  )
})

test('a mask shows the first letters and the last label', () => {
  expect(maskEmail('ann@example.com')).toBe('a•••@e•••.com')
  expect(maskEmail('a@b.co.uk')).toBe('a•••@b•••.uk')
  expect(maskEmail('ñandú@例子.中国')).toBe('ñ•••@例•••.中国')
  expect(maskEmail('n\u0303a@example.com')).toBe('n\u0303•••@e•••.com')
  expect(maskEmail('no address')).toBe('•••')
})
