/**
 * Is what a gateway says of a message that did not arrive about the number, or the telephone, and not
 * about the way there? As far as words tell, and Twilio's codes. Pure.
 */
export const isAboutNumber = (reason: string): boolean => WORDS.test(reason)

const NUMBER = ['number', 'destination', 'recipient', 'msisdn'].join('|')

const WORDS = new RegExp(
  [
    'absent',
    'subscriber',
    'handset',
    'landline',
    'barred',
    'black[ _-]?list',
    'opt(ed)?[ _-]?out',
    `(no[ _-]?such|invalid|unknown|illegal|wrong)[ _-]?(${NUMBER})`,
    String.raw`\b3000[3-6]\b`,
  ].join('|'),
  'i',
)
