import { type BilledLine, lineKey } from './line.ts';

type Charge = Pick<BilledLine, 'discounts' | 'amountMinor'>;

/**
 * What lines have taken of each discount in each of its periods. A credit for unused time gives back the share of the
 * charge that it takes back, so that a change in the middle of a period does not cost the customer a part of an amount.
 */
export class UsedAmounts {
  private readonly usedMinor = new Map<string, bigint>();

  /** @param billed the lines that stand on invoices */
  constructor(billed: readonly BilledLine[]) {
    const byKey = new Map(billed.map((line) => [line.key, line]));
    for (const line of billed) {
      this.take(line);
      const { kind, itemId, billingPeriod } = line;
      if (kind === 'proration_credit')
        this.giveBack(line, byKey.get(lineKey(itemId, 'recurring', billingPeriod.start)));
    }
  }

  of(discountId: string, periodIndex: number): bigint {
    return this.usedMinor.get(`${discountId}/${periodIndex}`) ?? 0n;
  }

  take({ discounts }: Pick<Charge, 'discounts'>): void {
    for (const { discountId, periodIndex, amountMinor } of discounts)
      this.add(`${discountId}/${periodIndex}`, amountMinor);
  }

  /** @param charge what the credit takes back a part of */
  giveBack(credit: Pick<Charge, 'amountMinor'>, charge: Charge | undefined): void {
    if (charge === undefined || charge.amountMinor <= 0n) return;
    for (const { discountId, periodIndex, amountMinor } of charge.discounts)
      this.add(`${discountId}/${periodIndex}`, (amountMinor * credit.amountMinor) / charge.amountMinor);
  }

  private add(key: string, amountMinor: bigint): void {
    this.usedMinor.set(key, (this.usedMinor.get(key) ?? 0n) + amountMinor);
  }
}
