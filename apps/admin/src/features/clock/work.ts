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

const ORDER = Object.keys(WORK);

/** How much of each kind of work was done, in words, in the order in which one leads to the next. */
export function workRows(done: Readonly<Record<string, number>>): { what: string; count: number }[] {
  const place = (kind: string) => (ORDER.includes(kind) ? ORDER.indexOf(kind) : ORDER.length);
  return Object.entries(done)
    .filter(([, count]) => count > 0)
    .toSorted(([a], [b]) => place(a) - place(b))
    .map(([kind, count]) => ({ what: WORK[kind] ?? capital(kind.replaceAll('-', ' ')), count }));
}
