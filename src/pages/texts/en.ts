import { html } from 'hono/html'
import type { Html } from '../layout.ts'
import { areFew } from '../few-codes.ts'
import { caseKinds, caseMails, caseNotices, caseProblems, cases, lost } from './cases.en.ts'
import { door } from './door.en.ts'
import { policyEn } from './policy.en.ts'
import { importing } from './importing.en.ts'
import { apiFields, keys } from './keys.en.ts'
import { durations, plural } from './plural.ts'
import { usersEn } from './users.en.ts'
import { events, overview } from './events.en.ts'

const seconds = plural('en', { one: '# second', other: '# seconds' })
const minutes = plural('en', { one: '# minute', other: '# minutes' })
const hours = plural('en', { one: '# hour', other: '# hours' })
const days = plural('en', { one: '# day', other: '# days' })
const codesLeft = plural('en', { one: '# recovery code is', other: '# recovery codes are' })
const devices = plural('en', { one: '# device', other: '# devices' })
const messages = plural('en', { one: '# message', other: '# messages' })
const signedOut = plural('en', { one: '# sign-in was ended', other: '# sign-ins were ended' })
const accounts = plural('en', { one: '# account', other: '# accounts' })
const lives = (left: number) =>
  left < 1
    ? 'It works no longer: ask for another one, or start again.'
    : `It works for ${minutes(left)} from now.`
const duration = durations({ seconds, minutes, hours })

/** English. The shape of this object is the catalog; the other languages must fit it. */
export const en = {
  duration: ({ wait }: { wait: number }) => duration(wait),

  importing,

  layout: {
    skip: 'Skip to the content',
    banner: 'No mail server is set, so no mail is really sent.',
    outbox: 'Read the messages in the outbox',
    menu: 'Your account',
    desks: 'What you look after',
    profile: 'Profile',
    security: 'Security',
    devices: 'Login details',
    history: 'History',
    overview: 'Overview',
    users: 'Users',
    cases: 'Cases',
    policy: 'Policy',
    events: 'Events',
    deliveries: 'Deliveries',
    settings: 'Settings',
    signOut: 'Sign out',
    language: 'Language',
    problem: 'Problem',
    warning: 'Please note',
  },

  labels: {
    email: 'E-mail address',
    name: 'Name',
    country: 'Country',
    chooseCountry: 'Choose a country',
    language: 'Language',
    phone: 'Mobile number',
    password: 'Password',
    currentPassword: 'Current password',
    newPassword: 'New password',
    optional: 'optional',
    none: 'Not given',
    show: 'Show',
    hide: 'Hide',
    showPassword: 'Show the password',
    hidePassword: 'Hide the password',
    fix: 'Please correct the following. Nothing has been saved yet.',
  },

  hints: {
    email: 'You sign in with it, and your codes are sent to it.',
    name: 'As you wish to be addressed in messages.',
    language: 'For these pages and for messages to you.',
    phone: ({ example }: { example: Html }) => html`With the country code, for example ${example}.`,
    password:
      'At least 10 characters, whichever you like. A few unrelated words are easy to remember and hard to guess.',
  },

  signIn: {
    title: 'Sign in',
    submit: 'Sign in',
    forgot: 'Forgot your password?',
    passkey: 'Sign in with a passkey',
  },

  passkey: {
    /** What a browser says of it, where something went wrong there. */
    failed:
      'The browser did not get a passkey: it was cancelled, took too long, or there is none here. Nothing has changed. Try again, or use another way.',
    exists:
      'There is a passkey for this account on this device or key already. Nothing has changed.',
    unsupported: 'This browser cannot use passkeys here. Use another way.',
    noScript: 'Passkeys need JavaScript, which is switched off here. Use another way.',
  },

  forgot: {
    title: 'Forgot your password?',
    lead: 'Enter the e-mail address you sign in with. We send a link to it, and there you set a new password.',
    submit: 'Send a link',
    back: 'Back to signing in',
    sentTitle: 'Check your e-mail',
    sent: 'If there is an account with this address, a message with a link is on its way to it. The link works for 30 minutes and only once.',
    spam: 'If you cannot find the message, look among unwanted mail too, and check whether you typed the address you sign in with.',
  },

  newPassword: {
    submit: 'Set the new password',
    reset: {
      title: 'Set a new password',
      lead: 'It takes the place of the old one. You are then signed out everywhere, and no device is remembered any more.',
    },
    due: {
      title: 'Choose a new password',
      lead: 'Your administrator asks you to choose a new password. You are then signed in here and signed out everywhere else.',
    },
    invitation: {
      title: 'Set your password',
      lead: 'Somebody has made an account for you. Choose a password for it, one that you use nowhere else. You sign in with it and with this address:',
    },
    known: {
      title: 'Choose a new password',
      lead: 'Somebody entered your password and then many wrong codes, so we must assume that others know it. Choose one that you use nowhere else. You are then signed in here and signed out everywhere else.',
    },
  },

  changePassword: {
    title: 'Change your password',
    lead: 'You stay signed in here. Everywhere else you are signed out, and no device is remembered any more.',
    submit: 'Change the password',
  },

  code: {
    emailSendTitle: 'Get a code by e-mail',
    emailTitle: 'Check your e-mail',
    totpTitle: 'Enter the code of your app',
    passkeyTitle: 'Use your passkey',
    totpLead: 'Open your authenticator app and enter the code it shows for this account.',
    totpNames: ({ names }: { names: string }) => `Any of these will do: ${names}.`,
    totpDigits: 'The digits that the app shows now.',
    passkeyLead:
      'Your browser asks for it: a finger, a face, a PIN, or the key that you plug in or hold to the phone.',
    passkeySubmit: 'Use a passkey',
    phishing: ({ host }: { host: Html }) =>
      html`A code can be given away: type it only at ${host}, and never tell it to anybody. A passkey cannot
      be given away; it works at the right address only.`,
    recoveryTitle: 'Use a recovery code',
    sent: ({ to, minutes: left, digits }: { to: Html; minutes: number; digits: number }) =>
      html`We have sent a code with ${digits === 6 ? 'six' : 'eight'} digits to ${to}. ${lives(left)}`,
    notSent: ({ to }: { to: Html }) => html`No code has been sent to ${to} yet. Ask for one below.`,
    spam: 'If you cannot find the message, look among unwanted mail too.',
    recoveryLead: 'Take one from the list or the card you saved. Each works once.',
    label: 'Code',
    recoveryLabel: 'Recovery code',
    digits: ({ digits }: { digits: number }): string =>
      digits === 6 ? 'Six digits.' : 'Eight digits.',
    itself: ({ digits }: { digits: number }) =>
      `Continues by itself after the ${digits === 6 ? 'sixth' : 'eighth'} digit.`,
    recoveryHint: '16 letters and digits. Capitals, spaces and dashes do not matter.',
    remember: ({ days: count }: { days: number }) => `Remember this device for ${days(count)}`,
    rememberHint: 'Only the password is asked here until then. Not for shared computers.',
    rememberIdleHint: ({ days: count }: { days: number }) =>
      `Only the password is asked here until then, or until you have not signed in here for ${days(count)}. Not for shared computers.`,
    submit: 'Continue',
    send: 'Send a code',
    again: 'Send the code again',
    wait: ({ wait }: { wait: Html }) => html`You can ask for it in ${wait}.`,
    noMore: 'No more codes can be sent this time. If the newest one does not work, start again.',
    otherWays: 'Other ways',
    use: {
      passkey: 'Use a passkey instead',
      totp: 'Use an authenticator app instead',
      sms: 'Use a code by text message instead',
      email: 'Use a code by e-mail instead',
      recovery: 'Use a recovery code instead',
    },
    /** What one needs for each. */
    needs: {
      passkey: 'Needs the device or the key on which it is.',
      totp: 'Needs the phone with the app.',
      sms: 'Needs your phone. A code is sent when you ask for it.',
      email: 'Needs your mailbox. A code is sent when you ask for it.',
      recovery: 'Needs the list or the card you saved.',
    },
    mailboxShown: ({ until }: { until: Html }) =>
      html`Your password was reset through a link in an e-mail. A code by e-mail would only prove the same
      mailbox again, so until ${until} you need a recovery code to sign in. After that, codes by e-mail
      work again.`,
    mailDisabled:
      'Too many wrong codes were entered in a row, so codes by e-mail are switched off. Use a recovery code, and then use them again under Security.',
    sms: {
      sendTitle: 'Get a code by text message',
      title: 'Check your text messages',
      bothSendTitle: 'Get a code',
      bothTitle: 'Check your messages',
      sent: ({ phone, minutes: left }: { phone: Html; minutes: number }) =>
        html`We have sent a code with six digits by text message to ${phone}. ${lives(left)}`,
      bothSent: ({ to, phone, minutes: left }: { to: Html; phone: Html; minutes: number }) =>
        html`We have sent a code with six digits by e-mail to ${to} and by text message to ${phone}. It is the
        same code. ${lives(left)}`,
      notSent: ({ phone }: { phone: Html }) =>
        html`No code has been sent by text message to ${phone} yet. Ask for one below.`,
      bothNotSent: ({ to, phone }: { to: Html; phone: Html }) =>
        html`No code has been sent yet, neither by e-mail to ${to} nor by text message to ${phone}. Ask for one
        below.`,
      late: 'If no message arrives within a minute, ask for the code again.',
      muteWay: 'No code can be sent by text message just now.',
      mute: ({ phone }: { phone: Html }) =>
        html`No code can be sent by text message to ${phone} just now. Your number stays set up. Use another
        way below. If you have none, come back later, or ask whoever runs this installation.`,
      disabled:
        'Too many wrong codes were entered in a row, so codes by text message are switched off. Use a recovery code, and then use them again under Security.',
    },
    restart: 'Start again',
    cancel: 'Cancel',
  },

  /** What became of the message with the code. */
  told: {
    email: {
      on_its_way: 'The message is on its way.',
      accepted: 'Handed to the mail server. We are not told when it reaches your mailbox.',
      delivered: 'The message has arrived.',
      given_up: 'The message could not be sent: no mail server has taken it.',
      expired: 'The message did not go out in time. Its code works no longer.',
      over_budget: 'No more messages can be sent by e-mail at the moment.',
      unanswered: 'The mail server has not answered. The message may arrive all the same.',
    },
    sms: {
      on_its_way: 'The text message is on its way.',
      accepted:
        'The mobile operator has accepted the text message, and has not yet told us that it has arrived.',
      delivered: 'The text message has arrived on the phone.',
      given_up: 'The text message could not be delivered.',
      expired: 'The text message did not go out in time. Its code works no longer.',
      over_budget: 'No more text messages can be sent at the moment.',
      unanswered: 'The mobile operator has not answered. The text message may arrive all the same.',
    },
    /** What one can do where it has failed. */
    next: {
      either: 'Use another way, or have the code sent again.',
      other: 'Use another way.',
      again: 'Have the code sent again.',
      later: 'Try again later.',
    },
    look: 'Look again',
  },

  confirm: {
    protect: {
      title: 'Switch on login protection',
      lead: 'Enter the code, so that we both know it reaches you. Protection is still off.',
    },
    unprotect: {
      title: 'Switch off login protection',
      lead: 'Show once more that it is you. Protection stays on until then.',
    },
    'recovery-codes': {
      title: 'Make new recovery codes',
      lead: 'Show once more that it is you. Your present codes stay valid until you have saved the new ones.',
    },
    'new-email': {
      title: 'Confirm the new address',
      lead: 'Enter the code, so that we both know it reaches you. Until then nothing has changed.',
    },
    'bind-anew': {
      title: 'Use it again',
      lead: 'Enter the code, so that we both know it works. Login protection stays on all the while.',
    },
    'add-factor': {
      title: 'Add another way',
      lead: 'Enter the code, so that we both know it reaches you. Until then nothing has changed.',
    },
  },

  door,

  apps: {
    title: 'Add an authenticator app',
    what: 'An authenticator app on your phone shows a new code every 30 seconds. It works without a network, nothing is sent, and whoever reads your mail does not get it.',
    which: 'If you have none yet, get one of these. Others will do as well.',
    ios: 'For iPhone',
    android: 'For Android',
    scan: ({ name, system }: { name: string; system: string }) =>
      `Scan with the phone to get ${name}, ${system}`,
    next: 'I have one: continue',
    back: 'Back to Security',
  },

  setUpApp: {
    title: 'Connect the app',
    scan: '1. Scan this with the app',
    scanWhat:
      'In the app, choose to add an account, and point the camera at the picture. Scan it with each phone that is to show the codes.',
    picture: 'QR code for the authenticator app',
    typed: 'Or type this key instead',
    typedWhat: 'Time based, six digits, every 30 seconds, SHA-1, if the app asks for it.',
    copy: 'Copy the key',
    enter: '2. Enter the code that the app shows',
    name: 'Name',
    nameHint: 'To tell it from others, for example "work phone".',
    submit: 'Connect',
    open: 'On this phone: open the app',
  },

  setUpPasskey: {
    title: 'Add a passkey',
    what: 'A passkey is kept by your phone, your computer, a password manager or a security key. You use it with a finger, a face or a PIN. It cannot be guessed and cannot be given away to a false page, and it can take the place of the password.',
    nameHint:
      'To tell it from others. Left empty, it is called by who keeps it, where that is known.',
    submit: 'Make a passkey',
  },

  card: {
    title: 'Your backup card',
    added: 'The app is connected and counts from now on.',
    lead: 'With this card you can connect another phone when this one is lost. Print it and keep it where you would keep a spare key. It is shown only this once.',
    number: 'Card number',
    account: 'Account',
    made: 'Made',
    key: 'Key',
    check: 'Check character',
    checkWhat: 'It shows whether the key was copied rightly, and is not part of it.',
    codes: 'Recovery codes',
    codesElsewhere:
      'Your recovery codes are the ones you saved before. Under Security you can make new ones.',
    print: 'Print the card',
    done: 'Continue',
  },

  stepUp: {
    title: 'Show that it is you',
    password: 'The password you sign in with.',
    /** What is done with the right answer. */
    what: {
      email: 'Then a code is sent to the new address. Nothing has changed yet.',
      profile: 'Then your profile with the new mobile number is saved. Nothing has changed yet.',
      'remove-devices': 'Then the devices you chose are deleted. Nothing has changed yet.',
      'remove-others': 'Then all devices but this one are deleted. Nothing has changed yet.',
      'forget-devices':
        'Then the devices you chose are remembered no longer. Nothing has changed yet.',
      'not-me':
        'Then what you did not do is ended, and whoever got in that way is signed out. Nothing has changed yet.',
      password: 'Then your new password is set. Until then the old one stays.',
      'bind-anew':
        'Then a code is asked once more, and with it this way works again. Nothing has changed yet.',
      'add-factor': 'Then you can add it. Nothing has changed yet.',
      import: 'Then the accounts of the file are made and changed. Nothing has changed yet.',
      case: 'Then what you asked for under Cases is done. Nothing has changed yet.',
      user: 'Then what you asked for under Users is done. Nothing has changed yet.',
      delivery: 'Then what you asked for under Delivery is done. Nothing has changed yet.',
      policy: 'Then the policy is saved. Nothing has changed yet.',
      'make-key': 'Then the key is made, and can be shown once. Nothing has changed yet.',
      'end-key': 'Then the key is ended, and opens nothing any more. Nothing has changed yet.',
      'release-prefix':
        'Then numbers that begin so get text messages again. Nothing has changed yet.',
      'remove-factor':
        'Then it is removed, no device is remembered any more, and you are signed out everywhere else. Nothing has changed yet.',
    },
  },

  setup: {
    title: ({ product }: { product: string }) => `Set up ${product}`,
    lead: 'You are making the first account. It may do everything on this server. Then you can sign in with it.',
    submit: 'Make the account',
  },

  profile: {
    title: 'Profile',
    emailNote: 'You sign in with it.',
    changeEmail: 'Change the address',
    phoneNote: 'Your codes go to it.',
    changePhone: 'Change it under Security',
    submit: 'Save',
  },

  email: {
    title: 'E-mail address',
    lead: 'You sign in with it, and your codes are sent to it.',
    now: 'Your address',
    waits: 'A change is waiting',
    waitsLead:
      'Until then nothing changes: you sign in with your present address, and your codes are sent to it.',
    to: 'New address',
    since: 'Takes effect',
    stop: 'Stop the change',
    newTitle: 'Another address',
    how: 'We send a code to the new address, so that you cannot lock yourself out by a typing mistake.',
    restart: 'The change that is waiting is stopped when you confirm another address.',
    field: 'New e-mail address',
    submit: 'Send a code to the new address',
  },

  stopEmail: {
    title: 'Stop the change of your address',
    lead: 'Somebody who is signed in to your account wants to change its e-mail address. Nothing has changed yet.',
    what: 'When you stop it, your address stays as it is, whoever wanted the change is signed out, and no device is remembered any more.',
    submit: 'Stop the change',
    done: 'The change is stopped',
    doneLead: 'Your address stays as it is. Whoever wanted to change it is signed out.',
    doneNext:
      'If that was not you, somebody was in your account. Set a new password now: that signs out everybody.',
    reset: 'Set a new password',
    signIn: 'Sign in',
  },

  wantedCode: {
    title: 'What your administrator wants',
    codes: {
      email: 'When you sign in, a code by e-mail is to be asked for.',
      sms: 'When you sign in, a code by text message is to be asked for.',
      both: 'When you sign in, a code is to go to you by e-mail and by text message at once.',
      app: 'When you sign in, an authenticator app or a passkey is to be asked for.',
    },
    counts:
      'All of it is set up, and it counts. If you want something else, ask your administrator.',
    waits:
      'It does not count yet: first you show that it works for you. Until then you sign in as before. You can do that now, or when you are asked at a sign-in.',
    number: ({ phone }: { phone: Html }) =>
      html`The codes are to go to ${phone}. If this is not your number, tell your administrator.`,
    begin: {
      email: 'Send a code by e-mail now',
      sms: 'Send a code to the number now',
      app: 'Set up an authenticator app now',
    },
    kept: 'Your administrator, or a policy, wants login protection to be on, so you cannot switch it off. Ask your administrator if it should be otherwise.',
  },

  security: {
    goOn: 'Continue to where you were going',
    title: 'Security',
    protection: 'Login protection',
    off: 'Off',
    on: 'On',
    what: 'With login protection, a password alone is not enough to sign in: something that only you have is asked as well. Somebody who guesses or steals your password stays outside.',
    choose: 'Choose what is to be asked. You can add others later.',
    check: 'Before you choose codes by e-mail, check that this is right:',
    correct: 'Correct these details in your profile',
    protect: 'Send a code and switch on',
    since: ({ date }: { date: Html }) => html`On since ${date}.`,
    weak: 'To be honest about it: a code by e-mail is the weakest kind of second step. Whoever can read your mail can read the code, so protect your mailbox well.',
    weakSms:
      'To be honest about it: a code by text message is a weak second step. Whoever takes over your number, for example with a new SIM card in your name, gets the code.',
    weakSent:
      'To be honest about it: codes that are sent are the weakest kind of second step. Whoever can read your mail, or takes over your number, can read the code.',
    both: 'E-mail and text message together',
    bothOn: 'Each code is sent by e-mail and by text message at once. It is the same code.',
    bothOff: 'Each code is sent by one of them: you choose which when you sign in.',
    useBoth: 'Send each code by both at once',
    useOne: 'Send each code by one of them',
    anotherNumber: 'Another number',
    muteCountry:
      'No codes are sent by text message to numbers of this country. Your number stays set up; be sure to have another way.',
    muteNumber:
      'No code can be sent by text message just now. Your number stays set up; be sure to have another way.',
    judgements: {
      off: 'Only your password protects this account. Add a passkey or an app: two minutes.',
      only_codes:
        'Nothing but your recovery codes lets you in after the password. Add another way now.',
      only_email: 'Only e-mail protects this account. Add an app or a passkey: two minutes.',
      only_sms: 'Only text messages protect this account. Add an app or a passkey: two minutes.',
      only_sent:
        'Only e-mail and text messages protect this account. Add an app or a passkey: two minutes.',
      email_too:
        'Well protected, but whoever reads your mail can still get in with your password. If you do not need codes by e-mail, remove them.',
      sms_too:
        'Well protected, but whoever takes over your number can still get in with your password. If you do not need codes by text message, remove them.',
      sent_too:
        'Well protected, but whoever reads your mail or takes over your number can still get in with your password. If you do not need codes by e-mail and by text message, remove them.',
      one_strong: 'Well protected. Add a second passkey or app, so that losing one is no trouble.',
      strong: 'Very well protected.',
    },
    lost: 'If your phone were lost today',
    lostWays: ({ ways }: { ways: string }) => `You would still get in, with: ${ways}.`,
    lostNone: 'You would be locked out. Make new recovery codes now, or add another way.',
    lostMail: 'If you read your mail on that phone only, do not count on codes by e-mail.',
    ways: 'What lets you in',
    made: 'Kind',
    kinds: {
      passkey: 'Passkey',
      totp: 'Authenticator app',
      sms: 'Code by text message',
      email: 'Code by e-mail',
    },
    added: 'Added',
    lastUsed: 'Last used',
    never: 'Never',
    synced: 'Copies',
    isSynced: 'Kept on several devices by who made it',
    notSynced: 'On one device only',
    cardNumber: 'Backup card',
    disabledFactor: 'Switched off',
    disabledWhat:
      'Too many wrong codes were entered in a row, or somebody said that adding it was not you, so it lets nobody in any more. Login protection stays on. If it is yours, show that once, and it works again; else remove it.',
    forbidden: 'Not allowed here any more',
    forbiddenWhat:
      'Whoever runs this server does not allow it any more, so it lets nobody in. Please add another way.',
    rename: 'Rename',
    renameOne: ({ name }: { name: string }) => `Rename ${name}`,
    saveName: 'Save the name',
    nameHint: 'Up to 50 characters. Left empty, it is called by its kind.',
    remove: 'Remove',
    removeOne: ({ name }: { name: string }) => `Remove ${name}`,
    add: 'Add another way',
    addKinds: {
      passkey: 'Add a passkey',
      totp: 'Add an authenticator app',
      sms: 'Add codes by text message',
      email: 'Add codes by e-mail',
    },
    addWhat: {
      passkey: 'The strongest: a finger, a face or a PIN on your device. It cannot be given away.',
      totp: 'A code on your phone, also without a network.',
      sms: 'A code on your phone. Weak: whoever takes over your number gets it.',
      email: 'A code in your mailbox. The weakest.',
    },
    prefer: 'Asked first',
    preferWhat:
      'In a browser where you have signed in, what you used there last is asked first. Elsewhere:',
    preferNone: 'The strongest',
    savePrefer: 'Save',
    recovery: 'Recovery codes',
    recoveryWhat: 'They let you in when nothing else does. Each works once.',
    left: ({ left }: { left: number }) => `${codesLeft(left)} left.`,
    few: ({ left }: { left: number }) =>
      `${codesLeft(left)} left. Make new ones before they run out, so that you cannot lock yourself out.`,
    renew: 'Make new recovery codes',
    unprotectTitle: 'Switch off',
    unprotectWhat:
      'Then your password alone is enough to sign in, and everything above is removed. First you show once more that it is you.',
    unprotect: 'Switch off login protection',
    bindAnew: 'Use it again',
    passwordWhat: 'Changing it signs you out everywhere else.',
    changePassword: 'Change the password',
  },

  number: {
    title: 'Mobile number',
    anotherTitle: 'Another mobile number',
    lead: 'When you sign in, a code is sent to it by text message.',
    now: ({ phone }: { phone: Html }) =>
      html`Your codes go to ${phone} until the other number is proven. Then that one lets you in, this one no
      longer, no device is remembered any more, and you are signed out everywhere else.`,
    risk: 'A text message does not protect you from somebody who takes over your number, for example with a new SIM card in your name.',
    better: ({ ways }: { ways: string }) => `From that you are protected by: ${ways}.`,
    hint: 'With or without the country code.',
    check: 'Continue',
    checkTitle: 'Is this number right?',
    kind: 'Kind',
    kinds: {
      mobile: 'Mobile number',
      fixed: 'Fixed line',
      either: 'Mobile number or fixed line',
      other: 'Another kind of number',
    },
    fixed:
      'This is the number of a fixed line, and most of them get no text messages. Take a mobile number if you have one.',
    send: 'Send the code',
    correct: 'Correct it',
    back: 'Back to Security',
  },

  sms: {
    /** In how many parts it is to fit; '' for what is left out for that. */
    parts: 1,
    code: ({ product, code, what }: { product: string; code: string; what: string }) =>
      `${product && `${product}: `}${code} is your code${what && ` ${what}`}. Give it to nobody.`,
    what: {
      'sign-in': 'to sign in',
      protect: 'to switch on login protection',
      unprotect: 'to switch off login protection',
      'recovery-codes': 'to make new recovery codes',
      'set-up': 'to set up this number',
      'step-up': 'to confirm a change in your account',
      'new-email': 'to confirm another address',
      'bind-anew': 'to use these codes again',
      'add-factor': 'to add this number',
    },
  },

  devices: {
    title: 'Login details',
    lead: 'Every device and browser that signed in to your account. If you do not know one, delete it and set a new password.',
    find: 'Search',
    findHint: 'A name, an address or a place.',
    submitFind: 'Search',
    showAll: 'Show all',
    count: ({ count }: { count: number }) => `${devices(count)}, the last seen first.`,
    found: ({ found, count }: { found: number; count: number }) =>
      `${devices(found)} found of ${count}.`,
    none: 'No device matches that. Nothing is lost: try fewer letters, or show all.',
    kinds: { computer: 'computer', phone: 'phone', tablet: 'tablet' },
    comma: ', ',
    unnamed: 'Unknown device',
    thisOne: 'This device',
    signedIn: 'Signed in',
    made: 'Kind',
    where: 'From',
    firstSeen: 'First seen',
    lastSeen: 'Last seen',
    remembered: 'Remembered until',
    rename: 'Rename',
    renameOne: ({ name }: { name: string }) => `Rename ${name}`,
    name: 'Name',
    nameHint: 'Up to 50 characters. Left empty, it is called by its kind again.',
    saveName: 'Save the name',
    chosen: 'With the ticked devices',
    chosenWhat:
      'A deleted device is signed out at once, and is a new one if it signs in again. One that is no longer remembered stays signed in, and is asked for a code next time.',
    remove: 'Delete',
    forget: 'Stop remembering',
    choose: 'No device was ticked, so nothing has changed. Tick at least one.',
    others: 'Everywhere else',
    othersWhat:
      'Deletes all devices but this one, and ends whatever sign-in is under way. You stay signed in here.',
    removeOthers: 'Delete all but this one',
    pages: 'Pages',
    page: ({ page, pages }: { page: number; pages: number }) => `Page ${page} of ${pages}`,
    newer: 'Newer',
    older: 'Older',
  },

  recovery: {
    title: 'Save your recovery codes',
    lead: 'Each of these codes lets you in once when nothing else does. Keep them where you would keep a spare key. They are shown only this once.',
    protect: 'Login protection is not on yet. It is switched on when you confirm below.',
    renew: 'Your old codes still work. These take their place when you confirm below.',
    list: 'Your recovery codes',
    copy: 'Copy',
    copied: 'Copied',
    notCopied: 'Not copied. Please select the codes and copy them yourself.',
    download: 'Download',
    print: 'Print',
    file: 'recovery-codes.txt',
    fileHead: ({ product, login }: { product: string; login: string }) =>
      `${product}: recovery codes for ${login}`,
    fileNote: 'Each code works once. Keep them secret and apart from your password.',
    saved: 'I have saved these codes',
    submitProtect: 'Switch on login protection',
    submitRenew: 'Use these codes from now on',
    cancel: 'Cancel, change nothing',
  },

  codesAgain: {
    title: 'Recovery codes are shown only once',
    lead: 'You had not confirmed yet that you saved yours, so they never became valid. Nothing else has changed. Make new ones and save them now.',
    submit: 'Show new codes',
    back: 'Back to Security',
  },

  delivery: {
    title: 'Delivery',
    lead: 'How codes and notices get to people. Whoever links a gateway can read every code that goes through it, so all operators are told of each change.',
    fromFile:
      'These settings come from the file that DELIVERY_FILE names. Change them there, and start the server again.',
    mail: 'E-mail',
    sms: 'Text messages',
    mailNone: 'No mail server is linked.',
    smsNone:
      'No gateway is linked, so text messages are offered nowhere. Everything else works without them.',
    order: 'They are asked in this order: what the first does not deliver goes by the next.',
    fixed: 'The mail server of SMTP_URL',
    fixedWhat: 'It is asked first. It comes from the settings of the server, and is changed there.',
    kind: 'Kind',
    kinds: {
      smtp: 'Mail server (SMTP)',
      smpp: 'Message centre (SMPP)',
      own: 'A recipe of my own',
    },
    serves: 'Countries',
    all: 'All',
    price: 'Price of one message',
    elsewhere: 'elsewhere',
    noPrice: 'Not given: it counts as free',
    state: 'State',
    works: 'Works',
    failing: ({ since, reason }: { since: Html; reason: Html }) =>
      html`Failed last on ${since}: ${reason}`,
    rests: ({ since, until, reason }: { since: Html; until: Html; reason: Html }) =>
      html`Asked last of all, since it failed again and again. Last on ${since}: ${reason}. It is asked as
      usual again from ${until} on.`,
    unreadable:
      'Its secrets cannot be read with the keys of this server, so nothing goes by it. Bring the key back, or remove it and link it again.',
    up: 'Up',
    upOne: ({ name }: { name: string }) => `Move ${name} up`,
    down: 'Down',
    downOne: ({ name }: { name: string }) => `Move ${name} down`,
    change: 'Change',
    changeOne: ({ name }: { name: string }) => `Change ${name}`,
    try: 'Try it out',
    tryOne: ({ name }: { name: string }) => `Try it out: ${name}`,
    remove: 'Remove',
    removeOne: ({ name }: { name: string }) => `Remove ${name}`,
    addMail: 'Link a mail server',
    chooseKind: 'Link a gateway',
    goOn: 'Continue',

    rules: 'Rules for text messages',
    where: 'Where they may go',
    whereHint:
      'No country ticked: codes by text message go nowhere. Tick only those where your people are; each one more is one more that can be abused.',
    people: ({ count }: { count: number }) => `${accounts(count)} there`,
    others: 'All other countries',
    currency: 'Currency',
    currencyHint: 'Of prices and sums, in three letters.',
    caps: 'At most in one day',
    capsHint:
      'Then no more text messages go out until the next day (UTC), and people are led to their other ways. At 80 % you are told.',
    messagesDay: 'Messages, all accounts together',
    moneyDay: 'Money, all accounts together',
    accountMessagesDay: 'Messages, one account',
    accountMoneyDay: 'Money, one account',
    noCap: 'Left empty, there is no such limit.',
    none: 'No such limit',
    saveRules: 'Save the rules',

    stopped: 'Stopped numbers',
    stoppedWhat:
      'Too many codes to numbers that begin so were never typed in, which is what fraud looks like. No code goes there until you release them.',
    stoppedNone: 'None is stopped.',
    stoppedSeen: ({ sent, entered }: { sent: number; entered: number }) =>
      `${messages(sent)} sent, ${entered} entered.`,
    release: 'Release',
    releaseOne: ({ prefix }: { prefix: string }) => `Release ${prefix}`,

    newTitle: ({ kind }: { kind: string }) => `Link: ${kind}`,
    changeTitle: ({ name }: { name: string }) => `Change ${name}`,
    name: 'Name',
    nameHint: 'As you call it. It is shown to operators only.',
    host: 'Host',
    port: 'Port',
    security: 'Encryption',
    securities: {
      starttls: 'STARTTLS, required (usually port 587)',
      tls: 'TLS from the first byte (usually port 465)',
      off: 'None: only inside a network you trust',
    },
    user: 'User',
    secret: 'Password',
    keeps: 'Left empty, the present one stays. It is never shown again.',
    tls: 'Encryption',
    tlsOn: 'TLS',
    tlsOff: 'None: only inside a network you trust',
    systemId: 'System ID',
    systemType: 'System type',
    from: 'Sender',
    fromHint:
      'A number, a short code or a name, as your gateway allows. Left empty, the gateway chooses.',
    recipe: 'Recipe',
    recipeHint:
      'JSON, as docs/delivery.md tells. Placeholders for secrets stand in it, and no secret.',
    secrets: 'Secrets',
    secretsLater: 'The secrets that the recipe names are asked for when you continue.',
    copy: 'Use a copy that I can change',
    countries: 'Countries it serves',
    countriesHint: 'In two letters each, with blanks between. Left empty: all.',
    prices: 'Price of one message',
    pricesHint:
      'A line for each country, and * for everywhere else. A long text counts as several messages.',
    save: 'Save',
    back: 'Back, change nothing',

    lockTitle: 'People would be locked out',
    lockLead: ({ count }: { count: number }) =>
      `${accounts(count)} would get no code any more, and cannot sign in with anything else but recovery codes. Nothing has changed yet.`,
    lockCodes: ({ count }: { count: number }) => `With recovery codes left: ${accounts(count)}.`,
    lockMore: ({ count }: { count: number }) => `And ${accounts(count)} more.`,
    lockWhat: 'Ask them to add another way first, or leave it as it is.',
    lockAnyway: 'Do it all the same',

    tryTitle: ({ name }: { name: string }) => `Try out ${name}`,
    tryLead:
      'A test message goes out by this route and no other. It holds no code. A text message costs what it always costs.',
    toAddress: 'To the e-mail address',
    toNumber: 'To the number',
    toNumberHint: ({ example }: { example: Html }) =>
      html`With the country code, for example ${example}.`,
    trySubmit: 'Send a test message',
    tried: 'What became of it',
    triedTo: 'To',
    understood: 'Understood as',
    outcomes: {
      underway: 'No answer yet',
      accepted: 'Accepted',
      refused: 'Refused for now: it would be tried again, or by another route',
      lasting: 'Refused for good: it would not be tried again by this route',
      unknown: 'Nobody knows whether it was taken: it would go by another route',
      unsent: 'Not sent',
    },
    reason: 'Reason',
    unsent: {
      budget: 'the limit of the day is used up',
      gone: 'this route is gone, or its settings cannot work',
      expired: 'it took too long',
    },
    took: 'Time taken',
    ms: ({ ms }: { ms: number }) => `${ms} ms`,
    parts: 'Messages it counts as',
    cost: 'Cost',
    gatewayId: 'Its number at the gateway',
    receipt: 'Receipt',
    receipts: {
      none: 'None yet',
      delivered: 'Delivered',
      failed: 'Not delivered',
    },
    answer: 'What the gateway said',
    receiptsAt: 'Address for receipts',
    receiptsAtWhat:
      'Here the gateway tells whether a message has arrived. If its console asks for an address, give it this one, and nobody else: whoever knows it can say so too.',
    copyAddress: 'Copy the address',
    notCopied: 'Not copied. Please select the address and copy it yourself.',
    answerNone: 'It said nothing that can be shown.',
    again: 'Look again',
    testText: ({ product }: { product: string }) =>
      `${product}: this is a test message. It holds no code, and you need do nothing.`,

    done: {
      route_added: 'a route for messages was linked',
      route_changed: 'a route for messages was changed',
      route_removed: 'a route for messages was removed',
      route_moved: 'the order of the routes was changed',
      rules_changed: 'the rules for text messages were changed',
    },
    faults: {
      missing: 'Please fill this in.',
      too_long: 'This is too long. Please shorten it.',
      bad_text: 'This holds characters that cannot be used, or is too long.',
      wrong_value: 'This is not one of the things that can stand here.',
      unknown_field: 'Nothing of this name belongs here.',
      bad_host: 'This is neither a host name nor an IP address.',
      private_host:
        'This address is not on the internet. If it is meant, set ALLOW_PRIVATE_GATEWAYS=yes.',
      bad_port: 'A port is a whole number from 1 to 65535.',
      bad_countries: 'This is not a list of countries in two capital letters each.',
      bad_price: 'A price looks like PT 0.045, with at most six digits after the point.',
      bad_sum: 'A sum looks like 25 or 12.50.',
      bad_count: 'Please enter a whole number from 0 to 1000000.',
      bad_currency: 'A currency has three capital letters, for example EUR.',
      name_taken: 'Another one is called that already. Please take another name.',
      secret_again:
        'This goes to another place than before, so type the secret again: it is not handed on by itself.',
      unknown_recipe: 'No recipe has this name.',
      bad_recipe: 'This recipe cannot be used.',
      unpriced: 'Where money is capped, each country that text messages go to needs a price.',
      only_pattern:
        'This recipe is a pattern to begin with: use a copy, change its address, and take “pattern” out of it.',
    },
    recipeFault: ({ what, at }: { what: string; at: Html }) => html`${what} Where: ${at}`,
    recipeFaults: {
      not_json: 'This is not JSON.',
      too_large: 'There is too much of it.',
      missing: 'Something is missing.',
      wrong_value: 'This cannot stand here.',
      unknown_key: 'A recipe knows nothing of this name.',
      unknown_state: 'A receipt says underway, delivered or failed.',
      bad_method: 'The method must be GET or POST.',
      bad_url: 'The address must be https, without placeholders in its host.',
      bad_header: 'A header cannot look like that.',
      two_bodies: 'It can have a form or JSON, not both.',
      body_in_get: 'A GET has no body.',
      two_logins: 'It signs in twice.',
      no_rule: 'It does not say which answer means that the message was taken.',
      no_number: 'The number is sent nowhere.',
      no_text: 'The text is sent nowhere.',
      unknown_placeholder: 'There is no such placeholder.',
      placeholder_in_key: 'A placeholder cannot stand in a name.',
      unlisted_secret: 'This secret is not in the list of secrets.',
      unused_secret: 'This secret is never used.',
    },
  },

  policy: policyEn,
  keys,
  apiFields,

  outbox: {
    title: 'Outbox',
    lead: 'Messages that would have been sent by e-mail wait here, because no mail server is set and only this computer can reach the server. As soon as SMTP_URL is set, this page is gone.',
    refresh: 'Look again',
    empty: 'No message yet. Messages appear here as soon as something is sent.',
    count: ({ count }: { count: number }) => `${messages(count)}, the newest first.`,
    to: 'To',
    at: 'At',
    sms: 'Text message',
  },

  lost,
  cases,

  notMe: {
    title: 'This was not me',
    lead: 'This message was sent to you:',
    message: 'Message',
    to: 'Sent to',
    does: 'When you press the button:',
    attempt:
      'What was going on there is ended. A code in that message, or a link to set a new password, works no longer.',
    sessions:
      'Whoever signed in that way, or was signed in and caused this message, is signed out, and their browser is not remembered any more.',
    sends: 'For one hour no code is sent to your account. A recovery code signs you in meanwhile.',
    told: 'The operator of this server is told.',
    added:
      'What was added lets nobody in any more, until somebody shows under Security that it is theirs.',
    disabled: 'What was added lets nobody in any more. Remove it under Security.',
    submit: 'This was not me',
    wasMe: 'If it was you, close this page. Nothing has changed.',
    doneTitle: 'It has been ended',
    attemptEnded: 'What was going on there is ended. The code works no longer.',
    attemptOver: 'There was nothing under way any more.',
    nobody: 'Nobody was signed in that way.',
    signedOut: ({ count }: { count: number }) => `${signedOut(count)}.`,
    forgotten: 'The browser it came from is not remembered any more.',
    sendsUntil: ({ date }: { date: Html }) =>
      html`No code is sent to your account until ${date}. A recovery code signs you in meanwhile.`,
    sendsAgain: 'Codes are sent to your account again.',
    password: 'If somebody may know your password, set a new one now.',
    setPassword: 'Set a new password',
  },

  events,
  overview,

  history: {
    title: 'History',
    lead: 'What happened in your account, the newest first. If something here was not you, say so: whatever came of it is then ended.',
    show: 'Show',
    groups: {
      all: 'Everything',
      'sign-ins': 'Sign-ins',
      refusals: 'Refusals',
      messages: 'Messages',
      changes: 'Changes',
    },
    empty: 'There is nothing of this kind.',
    older: 'Older',
    newest: 'Back to the newest',
    notMe: 'This was not me',
    files: 'Keep a copy',
    filesWhat: ({ most }: { most: string }) =>
      `All of it, whatever is shown above; if there is very much, the newest ${most} entries.`,
    csv: 'Download as a table (CSV)',
    json: 'Download for programs (JSON)',
    cut: ({ most }: { most: string }) => `Only the newest ${most} entries are in this file.`,
    when: 'When',
    what: 'What',
    details: 'Details',
    device: 'Device',
    address: 'Address',
    place: 'Place',
    unknownDevice: 'unknown device',
    by: 'By',
    actor: 'Administrator',
    purpose: 'For',
    message: 'Message',
    to: 'To',
    delivery: 'Delivery',
    before: 'Before',
    now: 'Now',
    reason: 'Reason',
    left: 'Recovery codes left',
    phone: 'Mobile number',
    another: 'another one',
    name: 'Name',
    otherEvent: 'Something else happened',
    otherMessage: 'another message',
    events: {
      account_invited: 'An invitation was sent',
      account_changed: 'An administrator changed the account',
      privilege_given: 'A privilege was given or taken',
      login_code_set: 'An administrator set the login code',
      login_code_proven: 'The login code that an administrator set was proven',
      account_disabled: 'An administrator disabled the account',
      account_enabled: 'An administrator enabled the account again',
      account_deleted: 'An account was deleted',
      password_due: 'An administrator asked for a new password',
      signed_out_everywhere: 'An administrator signed the account out everywhere',
      accounts_imported: 'Accounts were imported',
      accounts_exported: 'The accounts one looks after were downloaded',
      events_exported: 'Events were exported',
      policy_changed: 'The policy was changed',
      protection_put_off: 'Setting up login protection was put off',
      would_be_asked: 'A second step would have been asked (only measured)',
      case_opened: 'Recovery by support was asked for',
      case_cancelled: 'A request for recovery was cancelled',
      case_approved: 'A request for recovery was approved',
      case_refused: 'A request for recovery was refused',
      pass_used: 'The pass that support had given was used',
      key_made: 'A key for programs was made',
      key_ended: 'A key for programs was ended',
      set_up: 'The account was made, the first one here',
      account_added: 'The account was made',
      signed_in: 'Signed in',
      signed_out: 'Signed out',
      stepped_up: 'Confirmed again who is signed in',
      session_ended: 'A sign-in was ended',
      second_step_refused: 'A wrong code was refused',
      code_sent: 'A code was sent',
      code_not_sent: 'No code was sent',
      notice_sent: 'A message was sent',
      protected: 'Login protection was switched on',
      unprotected: 'Login protection was switched off',
      recovery_code_used: 'A recovery code was used',
      recovery_codes_renewed: 'New recovery codes were made',
      device_remembered: 'This device is remembered',
      device_trust_ended: 'A device is not remembered any more: an old cookie of it was shown',
      device_named: 'A device was named',
      device_forgotten: 'A device is not remembered any more',
      device_removed: 'A device was deleted from the list',
      profile_changed: 'The profile was changed',
      password_changed: 'The password was changed',
      password_reset_asked: 'A link to set a new password was asked for',
      password_reset: 'A new password was set through a mailed link',
      password_known: 'The password counts as known to others',
      factor_disabled: 'A second step was switched off after too many wrong codes',
      factor_bound_anew: 'A second step works again',
      factor_added: 'A way to sign in was added',
      factor_removed: 'A way to sign in was removed',
      factor_named: 'A way to sign in was named',
      both_on: 'Sending codes by e-mail and text message at once was switched on',
      both_off: 'Sending codes by e-mail and text message at once was switched off',
      passkey_went_back: 'A passkey may have been copied: its counter went back',
      email_change_proven: 'A new e-mail address was confirmed',
      email_change_stopped: 'The change of the e-mail address was stopped',
      email_changed: 'The e-mail address was changed',
      email_not_changed: 'The e-mail address could not be changed',
      delivery_changed: 'The settings of delivery were changed',
      route_tried: 'A test message was sent',
      not_me: 'Somebody said: this was not me',
      prefix_released: 'Text messages to numbers that begin alike were released',
    },
    factors: {
      password: 'password',
      passkey: 'passkey',
      totp: 'authenticator app',
      sms: 'code by text message',
      email: 'code by e-mail',
      pass: 'pass from support',
      recovery: 'recovery code',
      device: 'remembered device',
    },
    purposes: {
      'sign-in': 'signing in',
      protect: 'switching on login protection',
      unprotect: 'switching off login protection',
      'recovery-codes': 'new recovery codes',
      'set-up': 'a way to sign in, on the way in',
      'step-up': 'a change in the account',
      'new-email': 'a new e-mail address',
      'bind-anew': 'using something again that was switched off',
      'add-factor': 'another way to sign in',
    },
    messageKinds: {
      ...caseKinds,
      code: 'code',
      protected: 'login protection is on',
      unprotected: 'login protection is off',
      recovery_code_used: 'a recovery code was used',
      recovery_codes_renewed: 'new recovery codes',
      device_trust_ended: 'a device is not remembered any more',
      password_changed: 'the password was changed',
      password_known: 'somebody knows the password',
      second_step_failures: 'wrong codes',
      factor_disabled: 'a second step is switched off',
      factor_added: 'a way to sign in was added',
      pass_used: 'your ways to sign in were replaced',
      factor_removed: 'a way to sign in was removed',
      passkey_went_back: 'a passkey may have been copied',
      new_device: 'sign-in from a new browser',
      session_ended: 'signed out somewhere',
      email_changed: 'the e-mail address was changed',
      email_not_changed: 'the e-mail address could not be changed',
      password_reset: 'link to set a new password',
      email_change: 'the e-mail address is being changed',
      key_made: 'a key for programs was made',
      account_changed: 'your account was changed by an administrator',
      account_deleted: 'the account was deleted',
      invitation: 'invitation',
      delivery_changed: 'the settings of delivery were changed',
      policy_changed: 'the policy was changed',
      protection_due: 'login protection must be set up by a day',
      test: 'test message',
      reported: 'somebody else said: this was not me',
      alarm: 'a warning about delivery',
    },
    smsAccepted: 'accepted for sending',
    states: {
      accepted: 'accepted by the mail server',
      waiting: 'on its way',
      failed: 'not delivered',
      expired: 'too old before it could be sent',
    },
    reasons: {
      refused: 'the mail server refuses this address or message',
      away: 'the mail server could not be reached',
      settings: 'the mail settings of this server are wrong',
      other: 'a fault on the way',
      send_limited: 'too many codes were asked for',
      sends_stopped: 'somebody had said "this was not me"',
      sms_country: 'no text messages are sent to that country',
      sms_stopped: 'no text message could be sent to that number',
      sms: 'the text message could not be sent',
    },
  },

  ...usersEn,
  deliveries: {
    title: 'Deliveries',
    lead: 'What was sent, whether it arrived, and what it cost. Days and times are in UTC.',
    span: 'Period',
    lastDays: ({ count }: { count: number }) =>
      count === 1 ? 'The last 24 hours' : `The last ${days(count)}`,
    messages: ({ count }: { count: number }) => messages(count),
    budget: 'Text messages today',
    budgets: { messages: 'Messages', money: 'Money' },
    usedOf: ({ used, most }: { used: Html; most: Html }) => html`${used} of ${most}`,
    alarms: 'Alarms',
    noAlarms: 'There was none in this period.',
    alarm: {
      route_rests: ({ route }: { route: Html }) =>
        html`Route ${route} keeps failing. Until it works again it is asked only when no other is left.`,
      route_works: ({ route }: { route: Html }) => html`Route ${route} works again.`,
      prefix_stopped: ({ prefix, country }: { prefix: Html; country: Html }) =>
        html`Numbers that begin with ${prefix} (${country}) get no more text messages: too few of their codes were entered.`,
      budget_near: ({ used, most }: { used: Html; most: Html }) =>
        html`The budget of the day for text messages is nearly used up: ${used} of ${most}.`,
      budget_over: ({ used, most }: { used: Html; most: Html }) =>
        html`The budget of the day for text messages is used up: ${used} of ${most}. No more are sent until midnight (UTC).`,
    },
    entered: ({ sent, entered }: { sent: number; entered: number }) =>
      `Codes sent: ${sent}, entered: ${entered}`,
    shareOf: ({ account }: { account: Html }) => html`The share of ${account}`,
    overTime: 'Over time',
    chart: 'Messages, by what became of them',
    costChart: 'Cost',
    parts: { accepted: 'Accepted or delivered', underway: 'On the way', failed: 'Failed' },
    highest: ({ amount }: { amount: Html }) => html`The highest column: ${amount}`,
    asTable: 'The same as a table',
    when: 'Time',
    figures: 'By country and route',
    figuresLead:
      'A message that went by several routes counts for each of them. A dash: nobody can know, for mail servers send no receipts.',
    sample: ({ most }: { most: string }) =>
      `Median time: until a text message had arrived, and until a mail was accepted; from at most ${most} of each in a day, or in an hour of the last day. A sign-in is one in which a code sent by SMS was entered.`,
    columns: {
      what: 'Kind and country',
      route: 'Route',
      sent: 'Sent',
      accepted: 'Accepted',
      delivered: 'Delivered',
      entered: 'Entered',
      median: 'Median time',
      cost: 'Cost',
      perSignIn: 'Cost per sign-in',
    },
    all: 'All',
    noRoute: 'taken by none',
    nothing: 'Nothing was sent in this period.',
    list: 'Messages',
    filter: {
      by: 'Kind',
      state: 'State',
      route: 'Route',
      country: 'Country',
      submit: 'Show these',
    },
    empty: 'There is no such message in this period.',
    by: { email: 'E-mail', sms: 'SMS' },
    states: {
      entered: 'Code entered',
      delivered: 'Delivered',
      failed: 'Failed',
      accepted: 'Accepted',
      underway: 'On its way',
    },
    took: {
      delivered: ({ time }: { time: Html }) => html`delivered after ${time}`,
      accepted: ({ time }: { time: Html }) => html`accepted after ${time}`,
    },
    to: 'To',
    cost: 'Cost',
    reason: 'Reason',
    legs: {
      delivered: 'delivered',
      accepted: 'accepted',
      undelivered: 'accepted, but not delivered',
      refused: 'not accepted',
      unanswered: 'perhaps accepted',
    },
    late: 'no receipt came in its usual time',
    reasons: {
      expired: 'its time was over before it could be sent',
      noRoute: 'no route serves this country',
      budget: 'the budget of the day was used up',
      stopped: 'the server was stopped meanwhile',
      unanswered: 'no answer came, so nobody knows whether it was accepted',
      unreadable: 'its text could not be read, because a key is missing or it is damaged',
      needless: 'its code is not asked for any more, or was typed in already',
      undelivered: 'the gateway gives no reason',
      slow: 'the other server took too long to answer',
      away: 'the other server could not be reached',
      settings: 'the settings of this route are wrong',
      broken: 'the connection broke before there was an answer',
      insecure: 'no secure connection could be made',
    },
    message: 'A message',
    back: 'Back to deliveries',
    facts: {
      kind: 'Message',
      state: 'State',
      country: 'Country',
      made: 'Made',
      accepted: 'Accepted',
      delivered: 'Delivered',
      entered: 'Code entered',
      failed: 'Given up',
    },
    way: 'The way it took',
    noWay: 'No route has had it yet.',
    gatewayId: 'The gateway calls it',
    smsParts: 'Parts',
  },

  problemPage: {
    notFound: 'There is nothing here',
    refused: 'That was not done',
    away: 'Not available just now',
    fault: 'Something went wrong',
    home: 'Go to the start page',
    request: 'If you ask somebody for help, give them this number:',
  },

  problems: {
    ...caseProblems,
    wrong_password:
      'The e-mail address or the password is not right. Nothing has changed; please try again.',
    slow_down: ({ wait }: { wait: number }) =>
      `There were too many wrong tries. Nothing is locked; please try again in ${duration(wait)}.`,
    wrong_code:
      'This code is not right, or it works no longer. Nothing has changed. Compare it with the newest message, with your app or with your list, or get another one.',
    attempt_over:
      'This took too long or had too many wrong codes, so it was ended. Nothing has changed. Please start again.',
    send_wait: ({ wait }: { wait: number }) =>
      `A code was sent a moment ago and still works. You can ask for it again in ${duration(wait)}.`,
    no_more_sends:
      'No more codes can be sent this time. Use the one in the newest message, or start again.',
    send_limited: ({ wait }: { wait: number }) =>
      `Too many codes were asked for, so none was sent. You can ask again in ${duration(wait)}. A recovery code works now, if you have one.`,
    sends_stopped: ({ wait }: { wait: number }) =>
      `Somebody said "this was not me" about a message to you, so no code is sent for now. You can ask again in ${duration(wait)}. A recovery code works now, if you have one.`,
    mailbox_shown: ({ wait }: { wait: number }) =>
      `Your password was reset through a link in an e-mail, so a code by e-mail would only prove the same mailbox again. Nothing has changed. Use a recovery code, or come back in ${duration(wait)}.`,
    clock_off: ({ minutes: count, ahead }: { minutes: number; ahead: boolean }) =>
      `This code is right for another time: the clock of your phone seems to be about ${minutes(count)} ${ahead ? 'ahead' : 'behind'}. Nothing has changed. Let the phone set its time by itself, and enter the next code.`,
    wrong_passkey:
      'This passkey was not accepted, or too much time had passed. Nothing has changed. Please try again, or use another way.',
    unknown_passkey:
      'This passkey is not known here any more. Nothing has changed. Use another one, or sign in with your password.',
    factor_not_allowed:
      'This way is not allowed here. Nothing has changed. Please use another one.',
    factor_taken: 'This passkey is in use already. Nothing has changed. Please make another one.',
    no_such_user:
      'There is no such account among those you look after. Nothing has changed. Look at the list and choose again.',
    not_yourself:
      'Nobody does this to their own account. Nothing has changed. Use your own pages, or ask somebody else with the privilege.',
    same_privilege:
      'Somebody with the same privilege as you: only their main account itself or an operator changes their address or removes their factors. Nothing has changed.',
    not_allowed_to_give:
      'Nobody gives away more than they may do themselves. Nothing has changed. Ask somebody who may do more.',
    last_operator:
      'This is the last operator who can sign in. Nothing has changed. Make somebody else an operator first.',
    has_sub_accounts:
      'This main account still has sub-accounts. Nothing has changed. Delete those first.',
    has_password:
      'This person has a password already, so no invitation was sent. Nothing has changed. They can sign in, or ask for a link under "Forgot your password?".',
    login_taken:
      'Somebody has an account with this address already. Nothing has changed. Use another address.',
    too_many_factors:
      'You have as many of this kind as there can be. Nothing has changed. Remove one first.',
    last_factor:
      'This is the only way to sign in beside your recovery codes, so it stays. Nothing has changed. Add another one first, or switch login protection off.',
    sms_stopped:
      'No codes can be sent by text message just now. Nothing has changed. Use another way, such as a recovery code if you have one; if you have no other, come back later, or ask whoever runs this installation.',
    sms_country:
      'No codes are sent by text message to numbers of this country. Nothing has changed. Use another way; if you are setting a number up, take one of a country in the list.',
    number_proven:
      'Your mobile number gets your codes, so it is changed under Security, where another one is proven. Nothing has changed.',
    would_lock_out:
      'Somebody would have no way to get this code, so nothing has changed. Say what is to be done with them, and save again.',
    policy_requires:
      'The policy requires login protection here, so it is not switched off. Nothing has changed. Choose what is to be asked instead, or change the policy.',
    wanted_by_administrator:
      'Your administrator wants this to be asked when you sign in, so it stays. Nothing has changed. Add another way beside it, or ask your administrator to change it.',
    no_such_factor:
      'This is not in your list any more. Nothing has changed. Look at the list and choose again.',
    no_such_device:
      'This device is not in your list any more. Nothing has changed. Look at the list and choose again.',
    no_such_route:
      'This is not in the list any more: somebody else has removed it. Nothing has changed. Look at the list and choose again.',
    changed_meanwhile:
      'Somebody else has changed this in the meantime, so your change was not made. Look at it as it is now, and change it again if need be.',
    delivery_in_file:
      'These settings come from the file that DELIVERY_FILE names, so they are not changed here. Nothing has changed. Change the file, and start the server again.',
    no_such_key:
      'This key is not in the list any more, or was shown already. Nothing has changed. Look at the list and choose again.',
    too_many_keys: 'There are as many keys as there can be. Nothing has changed. End one first.',
    key_needed:
      'This asks for a key that works: a program shows it as "Authorization: Bearer". Nothing was done. Keys are made under Settings.',
    scope_missing: 'This key may not do that. Nothing was done. Make one that may, under Settings.',
    bad_json: 'That is no JSON object in UTF-8, so nothing was done. Correct it and send it again.',
    bad_fields:
      'Some fields are not right, so nothing was done. See which, correct them, and send it again.',
    too_often: 'This was asked for too often. Nothing was done. Wait as long as Retry-After says.',
    too_many_routes: 'There are as many as there can be. Nothing has changed. Remove one first.',
    try_limited: ({ wait }: { wait: number }) =>
      `You have sent many test messages, so this one was not sent. You can send the next one in ${duration(wait)}.`,
    setup_link_dead:
      'This set-up link does not work. It may have been used, be too old, or not be complete. While there is no account, the server prints a new link each time it starts.',
    stop_link_dead:
      'This link does not stop anything any more. The change was stopped already, or it has been made, or the link is not complete. Sign in to see your address; if you cannot, tell your administrator.',
    not_me_dead:
      'This link does not work. It may be older than a day, or not be complete. Nothing has changed. Under History you can say the same when you are signed in.',
    reset_link_dead:
      'This link does not work. It may have been used, be older than 30 minutes, or not be complete, or the password was changed since it was sent. Nothing has changed now. You can ask for another link under "Forgot your password?".',
    invitation_dead:
      'This invitation does not work. It may have been used, be older than 72 hours, or not be complete, or there is a newer one. Nothing has changed now. Ask whoever has invited you for another one.',
    not_put_off:
      'This can be put off no longer. Nothing has changed. Set it up now, and you are in.',
    already_protected: 'Login protection is on already. Nothing has changed.',
    not_protected: 'Login protection is off. Nothing has changed.',
    not_allowed:
      'You may not see or do this. Nothing has changed. Ask whoever runs this installation.',
    sign_in_first:
      'You are not signed in, or were signed out after some time. Nothing has changed. Please sign in.',
    unknown_field:
      'The form held something that does not belong there, so nothing was done. Load the page again and send it once more.',
    doubled_field:
      'The form held something twice, so nothing was done. Load the page again and send it once more.',
    bad_form:
      'The form could not be read, so nothing was done. Load the page again and send it once more.',
    body_too_large: 'That was more than this server takes, so nothing was done. Send less at once.',
    unsupported_type:
      'That was sent in a form this server does not read, so nothing was done. Use the pages here to send it.',
    cross_site:
      'That did not come from a page of ours, so nothing was done. Open the page here and send it again.',
    wrong_host:
      'This server does not go by the name in the address. Nothing was done. Check the address, or ask the operator for the right one.',
    not_found:
      'No page has this address. Nothing is lost. Check the address, or go on from the start page.',
    method_not_allowed:
      'This address does not answer that kind of request. Nothing was done. Go on from the start page.',
    busy: 'Very many people are signing in just now. Nothing was done. Please try again in a few seconds.',
    database_away:
      'Our data cannot be reached or written just now. Nothing was saved. Please try again in a minute.',
    our_fault:
      'This is our fault, not yours. What you sent may not have been saved: look, and try again. If it happens again, tell the operator.',
  },

  fields: {
    missing: 'Please fill this in.',
    too_long: 'This is too long. Please shorten it.',
    too_short: 'This is too short. Please say more.',
    bad_text: 'This holds characters that cannot be used. Please type it again.',
    bad_email: 'This is not an e-mail address. It looks like name@example.com.',
    bad_country: 'Please choose a country from the list.',
    bad_language: 'Please choose a language from the list.',
    bad_phone: 'This is not a phone number. It looks like +44 7400 123456.',
    phone_country: 'This number does not belong to the country you chose. Correct one of them.',
    phone_yours: 'Your codes go to this number already.',
    password_short: 'This is too short. Please use at least 10 characters.',
    password_long: 'This is too long. Please use at most 256 characters.',
    password_common: 'Many people use this password, so it is guessed first. Please take another.',
    password_context:
      'This password is easy to guess from your name, your address or this site. Please take another.',
    password_same: 'This is the password you have now. Please take another.',
    password_wrong: 'This is not your current password. Nothing has changed.',
    no_such_main: 'There is no main account with this address.',
    taken: 'This address cannot be used for a new account. Please take another.',
    email_taken:
      'This address belongs to another account. Nothing has changed. Please take another.',
    email_yours: 'This is your address already.',
  },

  notices: {
    ...caseNotices,
    signed_out: 'You are signed out.',
    protected: 'Login protection is on. From now on a second step is asked after your password.',
    unprotected: 'Login protection is off. From now on your password alone is enough.',
    saved: 'Your profile is saved.',
    email_waits: 'Your new address is confirmed. It takes effect at the time below.',
    email_changed: 'Your address is changed. From now on you sign in with it.',
    email_stopped: 'The change is stopped. Your address stays as it is.',
    not_me:
      'What came of it is ended, and no code is sent to your account for an hour. If somebody may know your password, set a new one.',
    codes_renewed: 'Your new recovery codes are valid. The old ones work no longer.',
    recovery_left: ({ left }: { left: number }) =>
      areFew(left)
        ? `You used a recovery code. ${codesLeft(left)} left. Make new ones before they run out.`
        : `You used a recovery code. ${codesLeft(left)} left.`,
    device_named: 'The name is saved.',
    devices_removed: 'The devices are deleted and signed out.',
    devices_forgotten:
      'These devices are not remembered any more. A code is asked at the next sign-in there.',
    others_removed: 'All other devices are deleted and signed out.',
    password_changed: 'Your new password is set. Everywhere else you are signed out.',
    password_set: 'Your new password is set. Sign in with it now.',
    bound_anew: 'It works again.',
    add_another:
      'Nothing but your recovery codes lets you in after your password any more. Add another way below.',
    factor_added: 'It is added. You can sign in with it from now on.',
    factor_removed:
      'It is removed and lets nobody in any more. Everywhere else you are signed out.',
    factor_named: 'The name is saved.',
    number_changed:
      'Your codes go to the new number from now on. Everywhere else you are signed out.',
    both_on: 'From now on each code is sent by e-mail and by text message at once.',
    both_off: 'From now on each code is sent by e-mail or by text message, as you choose.',
    preferred: 'Your choice is saved.',
    delivery_saved: 'It is done. It counts everywhere within two seconds.',
    policy_saved: 'The policy is saved. It counts from the next request on.',
    route_tried: 'The test message was sent. Below is what became of it.',
    import_begun: 'It has begun.',
    user_added: 'The account is made.',
    user_added_invited: 'The account is made, and the invitation is on its way.',
    user_invited: 'The invitation is on its way.',
    user_changed: 'It is changed, and the person is told.',
    user_deleted: 'The account is deleted.',
    key_made: 'The key is made. Show it below within 15 minutes: it is shown once.',
    key_ended: 'The key is ended. It opens nothing any more.',
    login_codes_follow:
      'It is set for the first of them, and the others follow in the next minutes. If something comes between, do it again: it goes on, and changes nothing where it is done.',
    prefix_released: 'Codes go to these numbers again.',
    set_up: 'Your account is made. Sign in with it now.',
  },

  mails: {
    ...caseMails,
    hello: ({ name }: { name: string }) => `Hello ${name},`,
    codeSubject: ({ product }: { product: string }) => `Your code for ${product}`,
    codeLead: {
      'sign-in': 'Here is your code to sign in:',
      protect: 'Here is your code to switch on login protection:',
      unprotect: 'Here is your code to switch off login protection:',
      'recovery-codes': 'Here is your code to make new recovery codes:',
      'set-up': 'Here is your code to set up codes by e-mail:',
      'step-up': 'Here is your code to confirm a change in your account:',
      'new-email': 'Here is your code to confirm this address:',
      'bind-anew': 'Here is your code to use codes by e-mail again:',
      'add-factor': 'Here is your code to add codes by e-mail:',
    },
    codeLives: ({ minutes: count }: { minutes: number }) =>
      `It works for ${minutes(count)} and only once.`,
    codeOnlyAt: ({ url }: { url: string }) =>
      `Enter it only at ${url}. Nobody from us will ever ask you for it.`,
    codeNotYou: {
      'sign-in':
        'If this was not you, somebody knows your password. Without this code they stay outside: give it to nobody, and set a new password.',
      protect:
        'If this was not you, somebody is signed in to your account. Tell your administrator.',
      unprotect:
        'If this was not you, somebody is signed in to your account and wants to take away its protection. Give this code to nobody and tell your administrator.',
      'recovery-codes':
        'If this was not you, somebody is signed in to your account. Give this code to nobody and tell your administrator.',
      'set-up':
        'If this was not you, somebody knows your password. Give this code to nobody, and set a new password.',
      'step-up':
        'If this was not you, somebody is signed in to your account. Give this code to nobody, and set a new password.',
      'new-email':
        'If this was not you, somebody has given your address as theirs. Do nothing: without this code it is not used.',
      'bind-anew':
        'If this was not you, somebody is signed in to your account. Give this code to nobody, and set a new password.',
      'add-factor':
        'If this was not you, somebody is signed in to your account. Give this code to nobody, and set a new password.',
    },
    protected: {
      subject: ({ product }: { product: string }) => `Login protection is on for ${product}`,
      lead: 'Login protection was switched on for your account. From now on a second step is asked after your password.',
      notYou: 'If this was not you, tell your administrator.',
    },
    unprotected: {
      subject: ({ product }: { product: string }) => `Login protection is off for ${product}`,
      lead: 'Login protection was switched off for your account. From now on your password alone is enough to sign in.',
      notYou:
        'If this was not you, sign in, switch it on again, and tell your administrator at once.',
    },
    recovery_code_used: {
      subject: ({ product }: { product: string }) => `A recovery code was used for ${product}`,
      lead: ({ left }: { left: number }) =>
        `One of your recovery codes was used. ${codesLeft(left)} left.`,
      few: 'Make new ones under Security before they run out.',
      notYou:
        'If this was not you, somebody has your codes: make new ones under Security, and tell your administrator at once.',
    },
    recovery_codes_renewed: {
      subject: ({ product }: { product: string }) => `New recovery codes for ${product}`,
      lead: 'New recovery codes were made for your account. The old ones work no longer.',
      notYou: 'If this was not you, tell your administrator at once.',
    },
    device_trust_ended: {
      subject: ({ product }: { product: string }) =>
        `A device is no longer remembered for ${product}`,
      lead: 'A browser showed an old cookie of a device that we remembered for you. It may be a copy, so that device is no longer remembered, and whoever was signed in on it is signed out: a code will be asked there.',
      notYou: 'If you did not restore a backup or copy a browser profile, tell your administrator.',
    },
    password_changed: {
      subject: ({ product }: { product: string }) => `Your password for ${product} was changed`,
      lead: 'The password of your account was changed. Everywhere else you were signed out, and no device is remembered any more.',
      notYou:
        'If this was not you, somebody has taken over your account: set a new password at once.',
    },
    password_known: {
      subject: ({ product }: { product: string }) => `Somebody knows your password for ${product}`,
      lead: 'Somebody entered your password and then many wrong codes. They did not get in. We must assume that others know your password: at your next sign-in you will be asked to choose a new one.',
      notYou: 'Choose a password that you use nowhere else.',
    },
    second_step_failures: {
      subject: ({ product }: { product: string }) => `Wrong codes for ${product}`,
      lead: 'Somebody who knows your password, or is signed in to your account, entered three wrong codes.',
      notYou: 'If this was not you, set a new password: that signs out everybody else.',
    },
    factor_disabled: {
      subject: ({ product }: { product: string }) => `A second step is switched off for ${product}`,
      lead: 'Too many wrong codes were entered in a row, so this second step lets nobody in any more. Sign in with another one or a recovery code, and then use it again under Security.',
      notYou: 'If this was not you, somebody knows your password: set a new one.',
    },
    factor_added: {
      subject: ({ product }: { product: string }) => `A way to sign in to ${product} was added`,
      lead: 'Another way to sign in was added to your account.',
      notYou:
        'If this was not you, somebody is signed in to your account: remove it under Security, and set a new password.',
    },
    pass_used: {
      subject: ({ product }: { product: string }) =>
        `Your ways to sign in to ${product} were replaced`,
      lead: 'After you had asked support for help, a new way to sign in was set up. Those from before let nobody in any more. Everywhere else you were signed out, and no device is remembered any more.',
      notYou:
        'If this was not you, somebody else is in your account: tell your administrator at once.',
    },
    factor_removed: {
      subject: ({ product }: { product: string }) => `A way to sign in to ${product} was removed`,
      lead: 'A way to sign in was removed from your account. Everywhere else you were signed out, and no device is remembered any more.',
      notYou:
        'If this was not you, somebody is signed in to your account: set a new password, and tell your administrator at once.',
    },
    passkey_went_back: {
      subject: ({ product }: { product: string }) =>
        `A passkey for ${product} may have been copied`,
      lead: 'Somebody signed in with a passkey of yours whose counter was not where it should be. That can mean that there is a copy of it.',
      notYou:
        'If this was not you, or you do not know why, remove the passkey under Security and make a new one.',
    },
    new_device: {
      subject: ({ product }: { product: string }) => `New sign-in to ${product}`,
      lead: 'A browser signed in to your account that was never seen there before.',
      notYou: 'If this was you, there is nothing to do.',
    },
    session_ended: {
      subject: ({ product }: { product: string }) => `You were signed out of ${product} somewhere`,
      lead: 'You are signed in on very many devices, so the oldest of them was signed out.',
      notYou: 'Check under Login details that you know all of them.',
    },
    email_changed: {
      subject: ({ product }: { product: string }) => `Your address for ${product} was changed`,
      lead: 'Your account has its new e-mail address now. You sign in with it, and codes are sent to it.',
      notYou: 'If this was not you, tell your administrator at once.',
    },
    email_not_changed: {
      subject: ({ product }: { product: string }) => `Your address for ${product} was not changed`,
      lead: 'You wanted another e-mail address for your account. Meanwhile it has become the address of another account, so yours stays as it is.',
      notYou:
        'If you did not want that, somebody was signed in to your account: set a new password.',
    },
    password_reset: {
      subject: ({ product }: { product: string }) => `Set a new password for ${product}`,
      lead: 'Somebody asked for a link to set a new password for your account. Nothing changes unless you set one.',
      link: ({ minutes: count }: { minutes: number }) =>
        `Open this page to set it. It works for ${minutes(count)} and only once:`,
    },
    email_change: {
      subject: ({ product }: { product: string }) => `Your address for ${product} is being changed`,
      lead: ({ to, from }: { to: string; from: string }) =>
        `From ${from} on, your account has the address ${to}. Until then you sign in as before.`,
      link: 'If you do not want that, stop it on this page. No sign-in is needed:',
    },
    reported: {
      subject: ({ product }: { product: string }) => `"This was not me" at ${product}`,
      lead: ({ login, what }: { login: string; what: string }) =>
        `The holder of the account ${login} says about a message (${what}): this was not me. What was going on there has been ended.`,
      notYou: 'Please ask them whether they need help.',
    },
    key_made: {
      subject: ({ product }: { product: string }) => `A key for programs was made at ${product}`,
      lead: 'A key was made in your name: a program that has it can see or change the accounts you look after, as far as the key allows.',
      notYou: 'If this was not you, say so below: the key is ended at once.',
    },
    account_changed: {
      subject: ({ product }: { product: string }) => `Your account at ${product} was changed`,
      lead: ({ login, what }: { login: string; what: string }) =>
        `The administrator ${login} ${what}.`,
      what: {
        added: 'made your account',
        profile: 'changed your details',
        privilege: 'changed what you may do to others',
        login_code: 'set what is asked when you sign in',
        disabled: 'disabled your account',
        enabled: 'enabled your account again',
        factor: 'removed one of your ways to sign in',
        devices: 'ended where you were signed in',
        password_due: 'asks you to choose a new password',
        signed_out: 'signed you out everywhere',
      },
      because: ({ reason }: { reason: string }) => `The reason given: ${reason}`,
      notYou:
        'If you did not expect this, ask your administrator. Do not answer this message with a code or a password.',
    },
    account_deleted: {
      subject: ({ product }: { product: string }) => `Your account at ${product} was deleted`,
      lead: ({ login }: { login: string }) =>
        `The administrator ${login} deleted your account, and all that was kept about you in it. You cannot sign in any more.`,
      notYou:
        'If you did not expect this, ask your administrator. This is the last message to you.',
    },
    invitation: {
      subject: ({ product }: { product: string }) => `Your account at ${product}`,
      lead: ({ login, product }: { login: string; product: string }) =>
        `${login} invites you to ${product}: there is an account for you. You only have to choose a password.`,
      link: ({ until }: { until: string }) => `This link does that, once, until ${until}:`,
      notYou:
        'If you do not know who invites you, delete this message: without your password nobody signs in to that account.',
    },
    policy_changed: {
      subject: ({ product }: { product: string }) => `The policy of ${product} was changed`,
      lead: ({ login }: { login: string }) =>
        `The operator ${login} has changed the policy of this server: who must have a second step, and what may be used.`,
      ofMain: ({ login, main }: { login: string; main: string }) =>
        `${login} has changed the policy of ${main}: who must have a second step, and what may be used.`,
      notYou: 'If you do not know of this, look at the page Policy, and ask who did it.',
    },
    protection_due: {
      subject: ({ product }: { product: string }) => `Set up login protection at ${product}`,
      lead: ({ from }: { from: string }) =>
        `From ${from} on a second step is needed to sign in to your account. Set it up before then: it takes two minutes.`,
      link: 'Set up login protection here:',
    },
    delivery_changed: {
      subject: ({ product }: { product: string }) =>
        `The settings of delivery of ${product} were changed`,
      lead: ({ login, what }: { login: string; what: string }) =>
        `The operator ${login} has changed how messages are sent: ${what}.`,
      notYou:
        'Whoever links a gateway can read every code that goes through it. If you do not know why this was changed, look under Settings at once, and ask.',
    },
    test: {
      subject: ({ product }: { product: string }) => `Test message of ${product}`,
      lead: 'An operator tries out whether mails arrive. This one did. It holds no code, and you need do nothing.',
    },
    /** To the operators. Money comes as it is written in this language. */
    alarms: {
      route_rests: {
        subject: ({ product }: { product: string }) => `A route for messages of ${product} fails`,
        lead: ({ route, reason }: { route: string; reason: string }) =>
          `The route ${route} has failed several times in a row (${reason}). Until it works again it is asked only where no other is left; messages go by your other routes, if there are any.`,
        todo: 'Check its settings, and its account at the provider:',
      },
      route_works: {
        subject: ({ product }: { product: string }) =>
          `A route for messages of ${product} works again`,
        lead: ({ route }: { route: string }) =>
          `The route ${route} works again and takes messages in its turn.`,
        todo: 'There is nothing to do.',
      },
      prefix_stopped: {
        subject: ({ product }: { product: string }) =>
          `Text messages of ${product} to some numbers are stopped`,
        lead: ({ prefix, country }: { prefix: string; country: string }) =>
          `No more codes go by text message to numbers that begin with ${prefix} (${country}). People with such a number are told so and led to their other ways to sign in.`,
        why: ({ sent, entered }: { sent: number; entered: number }) =>
          `Codes sent there in the last day: ${sent}; typed in: ${entered}. That is unusually few: somebody may be paid for messages that they make this server send.`,
        todo: 'If all is well, release these numbers on this page:',
      },
      budget: {
        messages: ({ used, most }: { used: string; most: string }) =>
          `Text messages sent today: ${used} of ${most}.`,
        money: ({ used, most }: { used: string; most: string }) =>
          `Spent on text messages today: ${used} of ${most}.`,
        ofAll: 'This is the limit of the whole installation for one day (UTC).',
        ofOne: ({ login }: { login: string }) =>
          `This is the share of the account ${login} for one day (UTC).`,
      },
      budget_near: {
        subject: ({ product }: { product: string }) =>
          `Text messages of ${product}: the limit of the day is near`,
        todo: 'At the limit no more text messages go out until midnight (UTC). If all is well, you can raise it on this page:',
      },
      budget_over: {
        subject: ({ product }: { product: string }) =>
          `Text messages of ${product}: the limit of the day is reached`,
        todo: 'Nothing is left for another text message until midnight (UTC). People who ask for one are told that none can be sent just now, and are led to their other ways to sign in; only those who have no other way and no recovery code have to wait. If all is well, you can raise the limit on this page:',
      },
    },
    notMe: 'This was not me: say so on this page. It ends what is going on, and needs no sign-in.',
    when: 'When',
    where: 'From address',
    browser: 'Browser',
    factor: 'Second step',
    unknown: 'unknown',
    footer: ({ product, url }: { product: string; url: string }) =>
      `This message was sent by ${product} at ${url}. Please do not reply to it.`,
  },
}
