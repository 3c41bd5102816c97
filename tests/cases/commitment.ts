import type { Price } from '@billhook/core/catalog/price';
import { currencyCode } from '@billhook/core/money/currency';
import { DEFAULT_PRORATION_POLICY } from '@billhook/core/proration/policy';
import { flat, price } from '@billhook/core/testing/factories';
import { layGrid } from '@billhook/core/time/grid';
import { periodNumber } from '@billhook/core/time/schedule';
import { zoneNamed } from '@billhook/core/time/zone';
import { sum } from './members.ts';
import { type CaseOutcome, compared } from './outcome.ts';
import type { PricingCase } from './pricing-models.ts';
import { minorOf } from './pricing-translation.ts';
import { CaseBill } from './proration-bill.ts';
import { instantOf } from './read.ts';

const START = instantOf('2026-01-01T00:00:00Z');
const DAYS = 30;

/**
 * A period of fees under a minimum commitment, billed at its end: what the commitment adds. Where only a share of the
 * period is committed to, the subscription ends after as many days of it.
 */
export function commitment({ currency, config, input, expected }: PricingCase): CaseOutcome {
  const code = currencyCode(currency);
  const { numerator, denominator } = config.prorate ?? { numerator: DAYS, denominator: DAYS };
  const cadence = { interval: 'day', count: Number(denominator) } as const;
  const terms: Partial<Price> = { timing: 'in_arrears', cadence, proration: 'day' };
  const day = { interval: 'day', count: 1 } as const;
  const until = periodNumber(
    layGrid({ anchorAt: START, zone: zoneNamed('UTC'), cadence: day }),
    Number(numerator),
  ).start;
  const minimumMinor = minorOf(config.commitment ?? '0', code);
  const bill = new CaseBill({
    timeZone: 'UTC',
    period: { start: START, end: until },
    cadence,
    policy: DEFAULT_PRORATION_POLICY,
  });
  bill.start(START, [
    ...(input.fees ?? []).map((fee, at) =>
      flat(`fee${at}`, minorOf(fee.amount, code), {
        ...terms,
        proration: fee.prorated === true ? 'day' : 'none',
      }),
    ),
    price('commitment', { ...terms, model: { kind: 'commitment', minimumMinor, maximumMinor: null } }),
  ]);
  bill.cancel(START, until);
  const added = bill.bill(until).filter(({ kind }) => kind === 'true_up');
  return compared(`${minorOf(expected.amount, code)}`, `${sum(added.map(({ amountMinor }) => amountMinor))}`);
}
