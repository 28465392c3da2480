import { html } from 'hono/html'
import type { Html } from '../layout.ts'

/** What is said to somebody who has to set something up before they are in. */
export const door = {
  title: 'One more step before you are in',
  why: {
    policy:
      'Here a password alone is not enough to sign in. Set up something that only you have; from then on it is asked when you sign in.',
    login_code:
      'Your administrator wants you to be asked for this when you sign in. It counts as soon as you have shown once that it works.',
    pass: 'Support has let you in this far, so that you can set up a new way to sign in. Then the ways you had before let nobody in any more, and you are signed out everywhere else.',
  },
  nothing: 'Nothing has to be set up any more.',
  until: ({ date }: { date: Html }) => html`You can put it off until ${date}.`,
  choose: 'Choose one of these. You can add others later.',
  sentTo: ({ to }: { to: Html }) => html`The code goes to ${to}.`,
  send: { email: 'Send a code by e-mail', sms: 'Send a code by text message' },
  notMine:
    'If this number is not yours, or no code reaches you there, choose another way, and tell your administrator.',
  notMineOnly:
    'If this number is not yours, or no code reaches you there, leave it for now, and tell your administrator.',
  later: 'Not now',
  useOld: 'Sign in as before, and do this another time',
  another: 'Choose another way',
  codeLead: 'Enter the code, so that we both know it reaches you. Then it is set up.',
  protect: 'Nothing is set up yet. It is when you confirm below, and then you are in.',
  submit: 'Continue',
}
