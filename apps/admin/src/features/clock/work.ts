import { capital } from '../../lib/words.ts';

/** What was done while the clock moved, by the name the server gives to a kind of work. */
const WORK: Readonly<Record<string, string>> = {
  'bill-due': 'Customers billed',
  collect: 'Payments sent for collection',
  'provider-events': 'Answers from the payment provider',
  checkouts: 'Checkouts completed',
  'usage-alerts': 'Usage limits checked',
  'trial-notices': 'Trials that end soon',
  outbox: 'Events passed on',
  mails: 'Mails sent',
  'audit-seal': 'Audit entries sealed',
};

export function workText(kind: string): string {
  return WORK[kind] ?? capital(kind.replaceAll('-', ' '));
}
