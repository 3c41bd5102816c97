import { Type } from 'typebox';
import { line, nullable, obj } from '../common.ts';

export const datevAccount = obj({
  /** Of the ledger. */
  account: Type.String({ pattern: '^[a-z][a-z0-9_:]{0,60}$', examples: ['revenue'] }),
  number: Type.String({ pattern: '^[0-9]{1,9}$', examples: ['8400'] }),
  /** Goes with each booking on the account; 40 keeps an automatic account from taking tax out again. */
  tax_key: nullable(Type.String({ pattern: '^[0-9]{1,4}$' })),
});

export const datevSettings = obj({
  consultant: Type.Integer({ minimum: 1_001, maximum: 9_999_999 }),
  client: Type.Integer({ minimum: 1, maximum: 99_999 }),
  fiscal_year_month: Type.Integer({ minimum: 1, maximum: 12 }),
  account_length: Type.Integer({ minimum: 4, maximum: 8 }),
  chart: nullable(Type.String({ pattern: '^[0-9]{2,4}$', examples: ['03'] })),
  fixed: Type.Boolean(),
  accounts: Type.Array(datevAccount, { maxItems: 200 }),
});

export const accountingSettings = obj({
  object: Type.Literal('accounting_settings'),
  datev: nullable(datevSettings),
  /** Accounts of the ledger that have been posted to, and have no number there. */
  missing_accounts: Type.Array(line(61)),
});
