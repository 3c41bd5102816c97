import { addMs } from '@billhook/core/time/instant';
import { keepCase } from '../modules/support/api.ts';
import { LONGEST_REST_MS, type Tell } from '../platform/setbacks.ts';
import type { Transactor } from '../platform/transaction.ts';

/** What fails for minutes does not mend itself mostly: then a person should know. */
const TOLD_AFTER_FAILURES = 3;
/** What was not tried in vain for so long was done, or is due no longer. */
const STANDS_MS = 2 * LONGEST_REST_MS;
const ACTOR = { kind: 'system', id: 'due-work' } as const;

/**
 * Opens a case about the customer of whom a piece of due work failed three times in a row, one for each kind of work, and
 * keeps it open as long as it fails.
 *
 * @param kind of the case; each source of due work has one of its own
 * @param detail what cannot be done, as a sentence
 */
export function tellOfFailing(
  transactor: Transactor,
  { kind, detail }: { kind: string; detail: string },
): Tell {
  return async (tenantId, { key, customerId }, failures, reason) => {
    if (failures < TOLD_AFTER_FAILURES) return;
    const facts = { work: key, reason };
    await transactor.command({ tenantId, actor: ACTOR, requestId: null }, (ctx) =>
      keepCase(
        ctx,
        { kind, customerId, subjectId: customerId, detail, facts },
        addMs(ctx.wallNow, STANDS_MS),
      ),
    );
  };
}
