import { Type } from 'typebox';

/** As people write it; the checksum is looked at behind it. */
export const iban = Type.String({
  pattern: '^[A-Za-z]{2}[0-9]{2}[A-Za-z0-9 ]{1,40}$',
  examples: ['DE89370400440532013000'],
});
