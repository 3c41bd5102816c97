import { Type } from 'typebox';
import { currency, id, line, nullable, obj, positiveAmount, timestamp } from '../common.ts';
import { refundWay } from './refunds.ts';

/** Something that one person asked for and another must agree to. */
export const approval = obj({
  id: id('apr'),
  object: Type.Literal('approval'),
  kind: Type.Enum(['refund']),
  status: Type.Enum(['waiting', 'approved', 'declined', 'expired']),
  payment: id('pay'),
  customer: id('cus'),
  customer_name: line(200),
  /** What was paid, and for which invoice; null where it was for none. */
  paid: positiveAmount,
  invoice: nullable(id('inv')),
  invoice_number: nullable(line(60)),
  currency,
  amount: positiveAmount,
  way: refundWay,
  /** Where it is to be transferred, as whoever asked said; null where nothing was said, and once it is decided. */
  to: nullable(
    obj({
      holder: line(70),
      /** Null for whoever may not move money. */
      iban: nullable(line(42)),
      /** The same with its middle left out. */
      iban_masked: line(42),
    }),
  ),
  reason: line(500),
  /** For a key: its id, and the name of whoever made it. */
  asked_by: obj({
    kind: Type.Enum(['operator', 'api_key']),
    id: line(100),
    name: nullable(line(200)),
  }),
  /** Whether you asked for it yourself, and so cannot approve it. */
  is_own: Type.Boolean(),
  expires_at: timestamp,
  decided_by: nullable(line(200)),
  decided_at: nullable(timestamp),
  note: nullable(line(500)),
  /** What came of it. */
  refund: nullable(id('re')),
  created_at: timestamp,
});
