import type { TaxMode } from '@billhook/core/invoicing/tax';
import type { CurrencyCode } from '@billhook/core/money/currency';
import type { QuoteLine, TaxQuote } from '@billhook/core/tax/tax-quote';
import type { Instant } from '@billhook/core/time/instant';

/** Everything that the tax of a sale rests on. */
export type TaxQuestion = {
  currency: CurrencyCode;
  mode: TaxMode;
  /** A moment on the day of the tax point. */
  taxedAt: Instant;
  seller: { country: string | null };
  customer: {
    country: string;
    region: string | null;
    postalCode: string | null;
    city: string | null;
    line1: string | null;
    taxId: string | null;
    isExempt: boolean;
  };
  /** More than 0 each; `taxCode` is the provider's own. */
  lines: readonly QuoteLine[];
};

/** What is taken back of a line that was sold, in minor units, 0 or more; `amountMinor` is as on the line asked about. */
export type TakenBack = { reference: string; amountMinor: bigint; taxMinor: bigint };

/**
 * Why there is no answer. `unknown`: it may have happened. `busy`: it did not, and may later. `refused`: it did not and will
 * not for what was asked. `denied`: the seller's account may not do this.
 */
export type TaxFault = { kind: 'unknown' | 'busy' | 'refused' | 'denied'; code: string; message: string };

export type TaxAnswer<T> = { ok: true; value: T } | { ok: false; fault: TaxFault };

/**
 * Port: works out taxes and keeps what was sold for the seller's returns. It never throws. What `commit` and `reverse` do under a
 * key is done once: a repeat answers what the first did, which is how an unknown outcome is found out.
 */
export type TaxProvider = {
  name: string;
  quote(question: TaxQuestion): Promise<TaxAnswer<TaxQuote>>;
  /** Books a sale by its calculation. @param reference ours, unique for ever */
  commit(
    sale: { calculationId: string; reference: string },
    key: string,
  ): Promise<TaxAnswer<{ transactionId: string }>>;
  /** Takes back a part of a sale, or with `rest` whatever was not taken back before. */
  reverse(
    back: { transactionId: string; reference: string; lines: 'rest' | readonly TakenBack[] },
    key: string,
  ): Promise<TaxAnswer<{ transactionId: string }>>;
};
