import { Type } from 'typebox';
import { amount, currency, id, line, nullable, obj, timestamp } from '../common.ts';

export const documentKind = Type.Enum(['pro_forma', 'statement', 'dunning_letter'], {
  description:
    'What the next bill of a subscription would say, without tax effect; what is open with its age; or a letter about ' +
    'what is overdue.',
});

export const customerDocument = obj({
  id: id('doc'),
  object: Type.Literal('document'),
  kind: documentKind,
  /** Of a letter: 1 for the first, 3 for the last notice. */
  level: nullable(Type.Integer({ minimum: 1, maximum: 3 })),
  number: line(60),
  customer: id('cus'),
  customer_name: line(200),
  currency,
  /** What a pro-forma adds up to, or the balance of a statement or a letter; negative for credit. */
  total: amount,
  issued_at: timestamp,
  /** When it was last sent by mail, and to whom; null for never. */
  sent_at: nullable(timestamp),
  sent_to: nullable(line(400)),
  created_at: timestamp,
  /** SHA-256 of the frozen document, in hexadecimal. */
  content_sha256: Type.String({ pattern: '^[0-9a-f]{64}$' }),
});

const wishedDocument = {
  kind: documentKind,
  /** The subscription that a pro-forma is of. The oldest one, if left out. */
  subscription: Type.Optional(id('sub')),
  /** That of the customer, if left out. */
  currency: Type.Optional(currency),
};
export const createCustomerDocument = obj(wishedDocument);
export const previewedDocument = obj(wishedDocument);
