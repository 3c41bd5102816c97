export { blockedPayers, guardPayment, noteTry, type PaymentGuard, refuseBy } from './commands/guard.ts';
