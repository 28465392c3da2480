import { domainToASCII } from 'node:url'
import { foldCase } from './text.ts'

// RFC 5322 §3.2.3 dot-atom, with the letters, marks and digits of any script (RFC 6531 §3.3).
const atom = /[\w!#$%&'*+/=?^`{|}~\-\p{L}\p{M}\p{N}]+/u.source
const mailbox = new RegExp(`^(${atom}(?:\\.${atom})*)@([\\p{L}\\p{M}\\p{N}.-]+)$`, 'u')
const unseen = /\p{Default_Ignorable_Code_Point}/u

/**
 * One e-mail address, or null. `address` is what was written, to be sent to and shown (NFC, spaces
 * round it cut); `canonical` is what is compared: case-folded, the domain in ASCII. No names,
 * comments, quotes or lists; at most 254 octets, 64 of them before the @ (RFC 5321 §4.5.3.1).
 */
export function parseEmail(text: string): { address: string; canonical: string } | null {
  if (text.length > 1000 || !text.isWellFormed()) return null
  const written = text.normalize('NFC').replace(/^\p{Zs}+|\p{Zs}+$/gu, '')
  // A Chinese or Japanese keyboard types these for the dots of a domain (RFC 3490 §3.1).
  const address = written.replace(/[。．｡](?=[^@]*$)/g, '.')
  const [, local, host] = mailbox.exec(address) ?? []
  if (!local || !host || unseen.test(address)) return null

  const domain = asciiDomain(host)
  const folded = foldCase(local)
  if (!domain) return null
  if (octets(local) > 64 || octets(folded) > 64) return null
  const canonical = `${folded}@${domain}`
  return octets(canonical) > 254 ? null : { address, canonical }
}

const octets = (text: string): number => Buffer.byteLength(text)

const label = /^(?!-)[a-z0-9-]{1,63}(?<!-)$/

/** A domain as DNS knows it, or null. It needs a dot, and a last label that is no number. */
function asciiDomain(host: string): string | null {
  // Before the conversion, which reads `1.2` as the address 1.0.0.2.
  if (!host.includes('.') || /(?:^|\.)\p{N}+$/u.test(host)) return null
  const domain = domainToASCII(host)
  const labels = domain.split('.')
  const holds = labels.length > 1 && labels.every((each) => label.test(each))
  return holds && !/^\d+$/.test(labels.at(-1)!) ? domain : null
}

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' })

/** Enough for its owner to know it, too little for anybody else: `a•••@e•••.com`. */
export function maskEmail(address: string): string {
  const at = address.lastIndexOf('@')
  const dot = address.lastIndexOf('.')
  const end = dot > at ? address.slice(dot) : ''
  if (at < 1) return '•••'
  return `${first(address.slice(0, at))}•••@${first(address.slice(at + 1))}•••${end}`
}

const first = (text: string): string => {
  const [grapheme] = graphemes.segment(text)
  return grapheme?.segment ?? ''
}
