import type { InvoiceLine } from '@billhook/core/invoicing/invoice';
import { chargedPeriods, type InvoiceToIssue, periodKey } from '../modules/invoicing/api.ts';
import { type Readings, readingsOf, rememberReadings, requestRecounts } from '../modules/usage/api.ts';
import type { CommandCtx } from '../platform/context.ts';

/**
 * Puts on every usage line that is about to be issued the digest of the readings it rests on, and remembers it, so that
 * an archive can prove the line when the readings are gone from the database. The customers are under the caller's lock.
 */
export async function proveReadings(
  ctx: CommandCtx,
  requests: readonly InvoiceToIssue[],
): Promise<InvoiceToIssue[]> {
  const lines = requests.flatMap(({ invoice }) =>
    invoice.lines.flatMap((line) => {
      const { readings } = line.explanation;
      return readings === null ? [] : [{ invoice, line, readings }];
    }),
  );
  if (lines.length === 0) return [...requests];
  const found = await readingsOf(
    ctx,
    lines.map(({ invoice, readings: { meterId, period } }) => ({
      customerId: invoice.customerId,
      meterId,
      ...period,
    })),
  );
  await rememberReadings(
    ctx,
    lines.map(({ invoice, line, readings: { meterId, period } }, index) => ({
      invoiceId: invoice.id,
      lineKey: line.key,
      customerId: invoice.customerId,
      meterId,
      ...period,
      eventCount: (found[index] as Readings).eventCount,
      digest: (found[index] as Readings).digest,
    })),
  );
  await lookAgain(
    ctx,
    lines.map(({ invoice, line }) => ({ customerId: invoice.customerId, line })),
  );
  const proofs = new Map(lines.map(({ line }, index) => [line, found[index] as Readings]));
  return requests.map((request) => ({
    ...request,
    invoice: {
      ...request.invoice,
      lines: request.invoice.lines.map((line) => proved(line, proofs.get(line))),
    },
  }));
}

/**
 * A period that is billed anew, because its invoice was voided, has all of its usage in it. What a correction charged for
 * it before is charged twice then, so it is looked at again.
 */
async function lookAgain(
  ctx: CommandCtx,
  lines: readonly { customerId: string; line: InvoiceLine }[],
): Promise<void> {
  const placeOf = ({ itemId, explanation }: InvoiceLine) => ({
    itemId,
    billingStart: explanation.billingPeriod.start,
  });
  const charged = await chargedPeriods(
    ctx,
    lines.map(({ line }) => placeOf(line)),
  );
  const again = lines.filter(({ line }) => charged.has(periodKey(placeOf(line))));
  await requestRecounts(
    ctx,
    again.map(({ customerId, line }) => ({
      customerId,
      meterId: line.meterId as string,
      at: line.servicePeriod.start,
    })),
    ctx.now,
  );
}

function proved(line: InvoiceLine, proof: Readings | undefined): InvoiceLine {
  const { readings } = line.explanation;
  if (readings === null || proof === undefined) return line;
  const { digest, lateCount } = proof;
  const late = lateCount === 0n ? {} : { lateCount };
  return { ...line, explanation: { ...line.explanation, readings: { ...readings, digest, ...late } } };
}
