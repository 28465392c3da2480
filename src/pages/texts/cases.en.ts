import { html } from 'hono/html'
import type { Html } from '../layout.ts'

/** Recovery by support, in English: what the person who has lost everything sees. */
export const lost = {
  link: 'I lost my phone and my key',
  passLink: 'I have a pass from support',
  title: 'Ask support for help',
  lead: 'If you have lost everything that lets you in beside your password, support can give you a pass, with which you set up something new. They look into it first, and that takes a day or several.',
  first:
    'Look for your recovery codes first: one of them lets you in at once. If you forgot your password, set a new one before.',
  told: 'We write at once to the address we know, with a link that cancels this.',
  reach: 'Where support can reach you',
  reachHint: 'An e-mail address or a telephone number that you have now.',
  text: 'What happened',
  textHint:
    'What you lost, and anything by which support can tell that it is you. Never write a password or a code here.',
  submit: 'Ask support',
  back: 'Back',
  sentTitle: 'Support has been asked',
  sent: 'If there is such an account and login protection is on for it, support will look into this. The owner of the account has been told by mail.',
  sentFrom: ({ from }: { from: Html }) =>
    html`Support can decide after ${from}. The owner of the account has been told by mail.`,
  sentNext:
    'Support will contact you where you said. They never ask for your password. If they agree, they give you a pass: sign in with your password, choose “I have a pass from support”, and type it there.',
  waits: 'If you have asked already, that request counts, and this one changes nothing.',
  cancelTitle: 'Cancel the request',
  cancelLead:
    'Somebody asks support to let them into your account, because they have lost everything else:',
  cancelWhat: 'When you cancel it, support gives them nothing, and sees that it was cancelled.',
  cancelSubmit: 'Cancel the request',
  wasMe: 'If it was you, close this page. Nothing has changed.',
  doneTitle: 'The request is cancelled',
  doneLead: 'Nobody gets in that way any more.',
  donePassword:
    'Whoever asked had given your password. If that was not you, set a new one now: that signs out everybody.',
  setPassword: 'Set a new password',
  signIn: 'Sign in',
  passTitle: 'A pass from support',
  passLead:
    'Type the 12 digits that support has told you. Then you set up something new at once; what you lost lets nobody in any more, and you are signed out everywhere else.',
  passLabel: 'Pass',
  passHint: 'It works for an hour and once. Spaces do not matter.',
  passSubmit: 'Continue',
  openTitle: 'Support has been asked to let somebody in',
  open: ({ since }: { since: Html }) =>
    html`On ${since} somebody asked support for recovery of this account. If that was not you, cancel it and set a new
    password. If it was you, you are in now and need it no longer.`,
  openCancel: 'Cancel the request',
}

/** What support sees. */
export const cases = {
  title: 'Cases',
  lead: 'People who have lost everything that lets them in beside their password. Decide only when you are sure who it is.',
  show: 'Show',
  open: 'Open',
  closed: 'Closed',
  noneOpen: 'There is no open case.',
  noneClosed: 'There is no closed case.',
  states: {
    waiting: 'Waiting',
    ready: 'Can be decided',
    second: 'Needs a second person',
    approved: 'Approved',
    used: 'Approved, and used',
    refused: 'Refused',
    cancelled: 'Cancelled',
    over: 'Nobody decided in time',
  },
  opened: 'Asked',
  from: 'Can be decided from',
  until: 'Must be decided by',
  privilege: 'May do to others',
  privileges: { support: 'decide cases', manage: 'manage accounts', operator: 'everything' },
  back: 'Back to the cases',
  facts: 'What is known',
  password: 'Password',
  passwordRight: 'was given, and right',
  passwordNone: 'was not given',
  passwordReset:
    'Set through a mailed link not long ago, so this may be somebody who only reads the mailbox.',
  device: 'Device',
  deviceKnown: ({ since, seen }: { since: Html; seen: Html }) =>
    html`known since ${since}, last signed in on ${seen}`,
  deviceUnknown: 'never signed in to this account',
  place: 'Place',
  placeKnown: 'people sign in to this account from there',
  placeUnknown: 'nobody is known to sign in to this account from there',
  asked: 'What was typed',
  reach: 'To be reached at',
  disabled: 'This account is disabled: enable it first if this is to be approved.',
  signIns: 'Last sign-ins',
  noSignIns: 'There was none.',
  changes: 'Changes in the last 30 days',
  noChanges: 'There was none.',
  earlier: 'Earlier cases',
  noEarlier: 'There was none.',
  checks: 'What was said',
  approvedBy: ({ login }: { login: Html }) => html`${login} approves`,
  refusedBy: ({ login }: { login: Html }) => html`${login} refuses`,
  decide: 'Decide',
  how: 'Call or write to the person at an address you knew before, or look at a document you know, or ask somebody who knows them. What was typed here says nothing about who typed it.',
  two: 'This account may do something to others, so two different people must approve.',
  early: ({ from }: { from: Html }) =>
    html`It can be approved from ${from}. Refusing is possible now.`,
  own: 'This is your own case: somebody else decides it.',
  twice: 'You have approved. Somebody else must approve too.',
  checked: 'What I have checked',
  checkedHint: 'At least 10 characters. Others of support read it.',
  approve: 'Approve',
  refuse: 'Refuse',
  again: 'Another pass',
  againWhat:
    'If the hour was over before the pass was used, it got lost, or it was used and nothing was set up, you can give another one. The one before works no longer.',
  againSubmit: 'Give another pass',
  passTitle: 'The pass',
  passLead:
    'Tell it to the person now, by the way you have checked. It is shown only this once, works for one hour and once, and only with the right password. Never send it to anybody else.',
  pass: 'Pass',
}

export const caseProblems = {
  wrong_pass:
    'This pass is not right, or it works no longer. Nothing has changed. Compare it with what support told you; after a few wrong ones, ask them for another.',
  case_limited:
    'Support was asked several times for this account in the last days, so nothing was sent now. Nothing has changed. Please wait some days, or contact support in another way.',
  nothing_lost:
    'Nothing is set up for this account that could have been lost, so there is nothing to recover, and support was not asked. Nothing has changed. Go back and set up what is asked for there; if you cannot, ask your administrator.',
  no_such_case: 'There is no such case. Nothing has changed. Look at the list and choose again.',
  case_own: 'This is your own case, so somebody else decides it. Nothing has changed.',
  case_over:
    'This case is decided, cancelled or over. Nothing has changed. Look at it as it is now.',
  case_disabled: 'This account is disabled. Nothing has changed. It must be enabled first.',
  case_early:
    'This case still waits, so that its owner has time to cancel it. Nothing has changed. You can refuse it now, or approve it later.',
  case_twice: 'You have approved this already, and a second person must too. Nothing has changed.',
  case_link_dead:
    'This link cancels nothing any more. The request was cancelled, decided, or is over, or the link is not complete. Nothing has changed now.',
}

export const caseNotices = {
  case_cancelled: 'The request is cancelled. If it was not yours, set a new password.',
  case_first: 'You have approved. Now a second person must, too.',
  case_approved: 'The case is approved.',
  case_refused: 'The case is refused, and the person is told.',
}

export const caseKinds = {
  case_opened: 'recovery by support was asked for',
  case_told: 'what became of recovery by support',
}

export const caseMails = {
  case_opened: {
    subject: ({ product }: { product: string }) =>
      `Somebody asks to get into your account at ${product}`,
    lead: ({ from }: { from: string }) =>
      `Somebody says that they have lost everything that lets them into your account beside the password, and asks support for a way in. Support can decide from ${from} on.`,
    link: 'If this was not you, cancel it on this page at once. No sign-in is needed:',
  },
  case_told: {
    subject: ({ product }: { product: string }) => `Recovery of your account at ${product}`,
    what: {
      first:
        'Support has approved the recovery of your account. A second person must approve it too.',
      approved:
        'Support has approved the recovery of your account, and given out a pass that works for one hour and once, with your password. Then something new must be set up.',
      pass: 'Support has given out another pass for the recovery of your account. It works for one hour and once, with your password.',
      machine:
        'Whoever runs the server has given out a pass for the recovery of your account. It works for one hour and once, with your password.',
      used: 'Somebody gave your password and the pass that support had given, and sets up a new way to sign in now.',
      refused: 'Support has refused the recovery of your account. Nothing has changed.',
      cancelled: 'The recovery of your account was cancelled. Nothing has changed.',
    },
    link: 'If this was not you, cancel it on this page at once. No sign-in is needed:',
    notYou: 'If you did not expect this, set a new password, and tell your administrator.',
  },
}
