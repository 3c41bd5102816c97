import { type BankLine, getLine, openLineIds } from '../modules/banking/api.ts';
import { openCase, settleCases } from '../modules/support/api.ts';
import type { CommandCtx } from '../platform/context.ts';

/** Like a provider's movement that found no place: staff are told of it once it is a day old. */
const CASE = 'reconciliation.bank_line';

/** Whether a movement still waits for a place in the books. Money that simply went out has none to find. */
export function isOpenLine({ state, amountMinor, isReversal, proposal }: BankLine): boolean {
  if (state === 'matched' || state === 'ignored') return false;
  return amountMinor > 0n || isReversal || proposal !== null;
}

/** Opens a case for each movement that waits; one that is open already stays as old as it is. */
export async function openLineCases(ctx: CommandCtx): Promise<void> {
  for (const id of await openLineIds(ctx)) await followLine(ctx, id);
}

/** Opens or closes the case of a movement, as it stands now. */
export async function followLine(ctx: CommandCtx, lineId: string): Promise<void> {
  const line = await getLine(ctx, lineId);
  if (!isOpenLine(line)) return settleCases(ctx, CASE, [lineId], 'Somebody decided on the movement.');
  const { amountMinor, currency, bookedOn, name, proposal } = line;
  await openCase(ctx, {
    kind: CASE,
    customerId: proposal?.customerId ?? null,
    subjectId: lineId,
    detail: `A movement on the bank account of ${bookedOn} has no place in the books yet.`,
    facts: { amount_minor: `${amountMinor}`, currency, booked_on: bookedOn, name },
  });
}
