import type { PriceInput } from '../modules/catalog/version-input.ts';
import { type CorrectionRequest, correct } from '../modules/usage/api.ts';
import type { EventKey } from '../modules/usage/commands/correct.ts';
import type { CommandCtx } from '../platform/context.ts';
import { settleUsage } from '../processes/correct-usage.ts';
import { correctWithEffects, presentEffects } from '../processes/correction-effects.ts';
import { usageRecountsSource } from '../processes/usage-recounts.ts';
import type { BillingWorld } from './billing.ts';
import { meteredPrice, sellMetered } from './metered.ts';

/** Calls, by the month as they come in: ten cents each unless it is said otherwise. */
export function callsPrice(more: Partial<PriceInput> = {}): PriceInput {
  const pricing = { model: 'per_unit', unit_amount: '0.1' } as const;
  return meteredPrice('calls', { key: 'api', name: 'API calls', pricing, ...more });
}

/** Ada subscribes to a plan of these prices, one of which is over what events of type `call` add up to. */
export async function sellCalls(
  here: BillingWorld,
  prices: readonly PriceInput[],
  more: Parameters<typeof sellMetered>[3] = {},
) {
  const counted = { key: 'calls', event_type: 'call', aggregation: 'sum', value_property: 'n' } as const;
  const sold = await sellMetered(here, counted, prices, more);
  await here.bill();
  return sold;
}

/** An event that says how many calls Ada made. */
export const callEvent = (id: string, n: number, time: string) => ({
  specversion: '1.0',
  id,
  source: 'test',
  type: 'call',
  subject: 'ada',
  time,
  data: { n },
});

/** The only event of a moment, as it is named where it is corrected. */
export async function eventAt(here: BillingWorld, time: string): Promise<EventKey> {
  const [key] = await here.admin('select source, event_id as "eventId" from usage_events where time = $1', [
    time,
  ]);
  if (key === undefined) throw new Error(`no event of ${time}`);
  return key as EventKey;
}

/** Puts usage right, and what was billed for it. */
export async function correctUsage(ctx: CommandCtx, request: CorrectionRequest) {
  const { touched, summary } = await correct(ctx, request);
  return { summary, differences: await settleUsage(ctx, touched) };
}

/** What a correction is told to come to before it is confirmed; nothing of it stays. */
export async function previewCorrection(here: BillingWorld, request: CorrectionRequest) {
  const takenBack = new Error('Nothing of this stays.');
  let effects: ReturnType<typeof presentEffects> | undefined;
  const trying = here.command(async (ctx) => {
    effects = presentEffects(await correctWithEffects(ctx, request));
    throw takenBack;
  });
  await trying.catch((error: unknown) => {
    if (error !== takenBack) throw error;
  });
  return effects;
}

/** Looks at late usage that waits for it. How many customers were dealt with. */
export const settleLate = (here: BillingWorld): Promise<number> =>
  usageRecountsSource(here.transactor).run(here.tenantId, 10);
