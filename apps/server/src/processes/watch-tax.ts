import { type Refused, refuse } from '@billhook/core/kernel/result';
import { type Customer, getCustomers, lockCustomer, releaseCustomer } from '../modules/customers/api.ts';
import { dropQuestions, heldByTax, isLeftToProvider, taxBasesOf } from '../modules/invoicing/api.ts';
import { openCase, openCaseFacts, settleCases } from '../modules/support/api.ts';
import type { CommandCtx } from '../platform/context.ts';
import type { Listener } from '../platform/outbox.ts';
import { goOn } from './quote-taxes.ts';

/** Why a customer is on hold until the registry has answered. */
const HELD = 'tax.number_unconfirmed';
const EVIDENCE = 'tax.evidence';
/** The provider of taxes could not answer for the customer as it was. */
const NOT_COMPUTED = 'tax.not_computed';

/** Why these customers are not billed now; one that may be is missing. Only a seller who chose to wait has any. */
export async function refusedForTax(
  ctx: CommandCtx,
  customers: readonly Customer[],
): Promise<ReadonlyMap<string, Refused>> {
  const held = await heldByTax(ctx, customers);
  const why = 'The invoice waits until the registry has answered about the VAT number of the customer.';
  return new Map([...held].map((id) => [id, refuse(HELD, why)]));
}

/** Opens a case for each consumer whose place is not proved when it is invoiced; one that is proved by now is closed. */
export async function watchEvidence(ctx: CommandCtx, customerIds: readonly string[]): Promise<void> {
  const { taxRules } = ctx.tenant.settings;
  if (taxRules === null || taxRules.evidence === 'none' || customerIds.length === 0) return;
  const customers = [...(await getCustomers(ctx, customerIds)).values()];
  const basisOf = await taxBasesOf(ctx, customers);
  const proved: string[] = [];
  for (const customer of customers) {
    if (isLeftToProvider(ctx.tenant.settings.taxProvider, customer)) continue;
    const evidence = basisOf(customer)?.evidence;
    if (evidence === undefined) continue;
    if (evidence.state === 'agrees' || evidence.state === 'not_needed') proved.push(customer.id);
    else
      await openCase(ctx, {
        kind: EVIDENCE,
        customerId: customer.id,
        subjectId: customer.id,
        detail:
          evidence.state === 'contradicts'
            ? 'What is known of where this consumer is contradicts itself, and the tax hangs on it.'
            : 'Too little is known of where this consumer is, and the tax hangs on it.',
        facts: { pieces: evidence.pieces.map(({ kind, country }) => ({ kind, country })) },
      });
  }
  await settleCases(ctx, EVIDENCE, proved, 'The evidence agrees.');
}

/**
 * After anything about a customer has changed, the registry's answer among it: who waited for that is billed again, and
 * a case about its place is closed where that is proved.
 */
export function taxListener(): Listener {
  return {
    name: 'tax.customers',
    types: ['customer.updated'],
    async handle(ctx, event) {
      const { taxRules, taxProvider } = ctx.tenant.settings;
      if (taxRules === null && taxProvider === null) return;
      const { objectId: id } = event;
      const held = await openCaseFacts(ctx, 'billing.parked', id);
      if (held?.code === NOT_COMPUTED) {
        await lockCustomer(ctx, id);
        await settleCases(
          ctx,
          'billing.parked',
          [id],
          'The customer was changed, and its tax is asked for again.',
        );
        await releaseCustomer(ctx, id);
      }
      if (held?.code === HELD) {
        const customer = await lockCustomer(ctx, id);
        if (!(await heldByTax(ctx, [customer])).has(id)) {
          await settleCases(
            ctx,
            'billing.parked',
            [id],
            'The registry has answered, or is not asked any more.',
          );
          await releaseCustomer(ctx, id);
        }
      }
      if (taxProvider !== null) {
        await lockCustomer(ctx, id);
        if (await dropQuestions(ctx, id)) await goOn(ctx, id);
      }
      if ((await openCaseFacts(ctx, EVIDENCE, id)) !== undefined) await watchEvidence(ctx, [id]);
    },
  };
}
