import { billingTriggers } from './billing-table.ts';
import { moneyTriggers } from './money.ts';
import { paymentTriggers } from './payments.ts';
import type { Triggers } from './trigger.ts';

/** Every event that the sandbox can bring about on its own. A part with events of its own adds its table here. */
export const TRIGGERS: Triggers = { ...paymentTriggers, ...moneyTriggers, ...billingTriggers };
