import type { Pricing } from '@billhook/sdk/generated/types';
import { formatMoney, formatQuantity } from './format.ts';

/** The models of pricing that are told in one sentence; those by unit and by tier have tables of their own. */
export type SentencePricing = Exclude<
  Pricing,
  { model: 'flat' | 'per_unit' | 'graduated' | 'volume' | 'prorated_graduated' }
>;

/** What a price costs, in one sentence: `10.00 EUR for each started 100 requests`. */
export function pricingSentence(
  pricing: SentencePricing,
  unit: string,
  currency: string,
  locale: string,
): string {
  const count = (figure: string) => formatQuantity(figure, locale);
  const price = (figure: string) => `${count(figure)} ${currency}`;
  const money = (minor: string) => formatMoney(minor, currency, locale).full;
  const upTo = (bound: string | null) => (bound === null ? 'above that' : `up to ${count(bound)}`);
  switch (pricing.model) {
    case 'stair_step':
      return pricing.steps.map((step) => `${money(step.amount)} ${upTo(step.upTo)}`).join(', ');
    case 'package':
      return `${price(pricing.packageAmount)} for each started ${count(pricing.size)} ${unit}`;
    case 'percentage': {
      const fee = Number(pricing.fixedFee) === 0 ? '' : ` + ${price(pricing.fixedFee)} each`;
      return `${count(pricing.ratePercent)} %${fee}`;
    }
    case 'graduated_percentage':
      return pricing.tiers.map((tier) => `${count(tier.ratePercent)} % ${upTo(tier.upTo)}`).join(', ');
    case 'matrix':
      return pricing.cells
        .map(({ values, unitAmount }) => `${values.join(' / ')}: ${price(unitAmount)}`)
        .join(', ');
    case 'commitment':
      return [
        pricing.minimum === null ? '' : `at least ${money(pricing.minimum)}`,
        pricing.maximum === null ? '' : `at most ${money(pricing.maximum)}`,
      ]
        .filter((part) => part !== '')
        .join(', ');
    case 'dynamic':
      return 'The price that each event carries';
    case 'dynamic_multiplier':
      return `${count(pricing.multiplier)} × the amount of the usage`;
    case 'block_tiers':
      return pricing.units
        .map(({ name, tiers }) => {
          const blocks = tiers.map(
            (tier) => `${price(tier.blockAmount)} for each started ${count(tier.blockSize)}`,
          );
          return `${name}: ${blocks.join(', then ')}`;
        })
        .join('; ');
    case 'capacity_tiers':
      return pricing.tiers.map((tier) => money(tier.amount)).join(', then ');
  }
}
