/**
 * How every field for a code is. One text input without length or pattern: six boxes, numbers and
 * limits break pasting, leading zeros and Arabic digits.
 */
export const codeInput = {
  type: 'text',
  autocomplete: 'one-time-code',
  autocapitalize: 'off',
  autocorrect: 'off',
  spellcheck: 'false',
  dir: 'ltr',
  required: true,
  autofocus: true,
} as const
