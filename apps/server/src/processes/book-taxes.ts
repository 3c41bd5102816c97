import { type ClaimedBooking, claimBookings, endAttempt, nextBookingAt } from '../modules/invoicing/api.ts';
import { openCase } from '../modules/support/api.ts';
import type { Actor } from '../platform/context.ts';
import { always, type DueSource, inSlices } from '../platform/due.ts';
import { iso } from '../platform/sql.ts';
import type { Transactor } from '../platform/transaction.ts';
import type { TaxProviderOf } from './quote-taxes.ts';

const ACTOR: Actor = { kind: 'system', id: 'tax-bookings' };

/**
 * Tells the provider what was sold and what was taken back, each under a key of its own that never changes: an attempt
 * whose outcome is unknown is sent again, and answered as the first one was. What is refused is a case for a person.
 */
export function taxBookingsSource(deps: { transactor: Transactor; providerOf: TaxProviderOf }): DueSource {
  const { transactor, providerOf } = deps;
  return {
    name: 'tax-bookings',
    async tenantsDue(sql, wallNow) {
      const rows = await sql.rows<{ id: number }>(
        `select distinct b.tenant_id as id from tax_bookings b join tenants t on t.id = b.tenant_id
         where b.status = 'due' and b.due_at <= coalesce(t.frozen_at, $1)`,
        [iso(wallNow)],
      );
      return rows.map((row) => row.id);
    },
    nextDueAt: nextBookingAt,
    run: (tenantId, limit, goesOn = always) =>
      inSlices(limit, goesOn, async (size) => {
        const request = { tenantId, actor: ACTOR, requestId: null };
        const claimed = await transactor.command(request, (ctx) => claimBookings(ctx, size));
        if (claimed.length === 0) return 0;
        const provider = await providerOf(tenantId);
        for (const booking of claimed) {
          const outcome = await send(provider, booking);
          await transactor.command(request, async (ctx) => {
            await endAttempt(ctx, booking, outcome);
            if (outcome.kind !== 'refused') return;
            await openCase(ctx, {
              kind: 'tax.booking_refused',
              customerId: booking.customerId,
              subjectId: booking.id,
              detail:
                'The provider of taxes did not take what was sold or taken back. The invoice stands; book it there by hand.',
              facts: { booking: booking.kind, reason: outcome.message },
            });
          });
        }
        return claimed.length;
      }),
  };
}

async function send(
  provider: Awaited<ReturnType<TaxProviderOf>>,
  booking: ClaimedBooking,
): Promise<Parameters<typeof endAttempt>[2]> {
  if (provider === null) return { kind: 'busy', message: 'There is no account at the provider of taxes.' };
  const { kind, reference, calculationId, saleTransactionId, lines, id: key } = booking;
  const answer =
    saleTransactionId === null
      ? await provider.commit({ calculationId, reference }, key)
      : await provider.reverse(
          { transactionId: saleTransactionId, reference, lines: kind === 'void' ? 'rest' : lines },
          key,
        );
  if (answer.ok) return { kind: 'done', transactionId: answer.value.transactionId };
  const { kind: fault, message } = answer.fault;
  // An account that may not do this is put right by the seller, and then it can be booked.
  return { kind: fault === 'denied' ? 'busy' : fault, message };
}
