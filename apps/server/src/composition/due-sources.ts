import { creditsListener } from '../modules/credits/api.ts';
import { expiredReservationsSource } from '../modules/entitlements/jobs.ts';
import { fileCleanUpSource } from '../modules/files/jobs.ts';
import { mailListener } from '../modules/notifications/listeners.ts';
import { textListener } from '../modules/notifications/texts/listener.ts';
import { passedCasesSource } from '../modules/support/jobs.ts';
import { auditSealSource } from '../platform/audit-seal.ts';
import { type DueSource, waitingFor } from '../platform/due.ts';
import { idempotencyCleanUpSource } from '../platform/idempotency.ts';
import type { Log } from '../platform/log.ts';
import { outboxSource } from '../platform/outbox.ts';
import type { Transactor } from '../platform/transaction.ts';
import { trialNoticesSource } from '../processes/announce-trial-end.ts';
import { billDueSource } from '../processes/bill-run.ts';
import { monthEndsSource } from '../processes/end-months.ts';
import { askedAccountsSource } from '../processes/forget-asked-accounts.ts';
import { grantNewsSource } from '../processes/grant-news.ts';
import { taxPlacingSource } from '../processes/place-taxes.ts';
import { dunningSource, termsListener } from '../processes/run-dunning.ts';
import { peppolListener } from '../processes/send-by-peppol.ts';
import { settleCreditsSource } from '../processes/settle-credits.ts';
import { riskListener } from '../processes/tell-risk.ts';
import type { composeCare } from './care.ts';
import type { fileStore } from './files.ts';
import { mailFacts } from './mail-facts.ts';
import type { composePayments } from './payments.ts';
import { staffMails } from './staff-facts.ts';
import { taxListener } from './tax.ts';
import { usageSources } from './usage.ts';

/** All work that falls due by itself. The news of the outbox come first, so that what follows from them is due at once. */
export function dueSources(parts: {
  transactor: Transactor;
  log: Log;
  store: Awaited<ReturnType<typeof fileStore>>;
  payments: ReturnType<typeof composePayments>;
  care: ReturnType<typeof composeCare>;
  wake: (source: string) => void;
  tax: readonly DueSource[];
  transfer: readonly DueSource[];
  mails: readonly DueSource[];
}): DueSource[] {
  const { transactor, log, store, payments, tax, transfer, care, wake, mails } = parts;
  const inBulk = new Set<number>();
  const listeners = [
    mailListener(mailFacts),
    textListener,
    staffMails,
    peppolListener,
    creditsListener(wake),
    riskListener,
    termsListener(),
    taxListener(),
  ];
  return [
    // Their news follow when all invoices are issued, and mails follow the news.
    waitingFor(inBulk, outboxSource(transactor, listeners, log)),
    billDueSource({ transactor, log, inBulk }),
    trialNoticesSource({ transactor }),
    ...payments.sources,
    ...tax,
    dunningSource({ transactor }),
    settleCreditsSource(transactor),
    monthEndsSource(transactor),
    taxPlacingSource(transactor),
    // Grants that begin or end are told before the limits that they change are looked at.
    grantNewsSource(transactor, wake),
    ...usageSources(transactor, store),
    expiredReservationsSource(transactor),
    ...care.sources,
    passedCasesSource(transactor),
    auditSealSource(transactor),
    idempotencyCleanUpSource(transactor),
    askedAccountsSource(transactor),
    fileCleanUpSource({ transactor, store }),
    ...transfer,
    ...mails,
  ];
}
