import type { CurrencyCode } from '../money/currency.ts';
import type { CalendarDate } from '../time/calendar-date.ts';

/** One movement on a bank account, as a statement tells it. */
export interface StatementLine {
  readonly bookedOn: CalendarDate;
  readonly valueOn: CalendarDate | null;
  /** Money that came in is positive, money that went out negative; never 0. */
  readonly amountMinor: bigint;
  readonly currency: CurrencyCode;
  /** The bank took an earlier movement back: one that came in, where the amount is negative. */
  readonly isReversal: boolean;
  /** Who paid, or was paid. */
  readonly name: string | null;
  readonly iban: string | null;
  /** The structured reference as it came; whether it is one of ours is the matching's question. */
  readonly reference: string | null;
  readonly text: string;
  /** The payer's own id of the transfer. */
  readonly endToEndId: string | null;
  /** The bank's id of the movement; null where it gives none. */
  readonly bankReference: string | null;
  /** What banks on the way kept for themselves, as far as it is told; 0 or more, and not part of the amount. */
  readonly chargesMinor: bigint;
}

/** What a file holds for one account. */
export interface Statement {
  /** The bank's id of the statement; null for CSV. */
  readonly id: string | null;
  /** Null where the file does not say. */
  readonly iban: string | null;
  readonly lines: readonly StatementLine[];
  /** Movements that the bank has only announced: they come again once they are booked. */
  readonly pendingCount: number;
}

/** A fault in a file, with the place of it in words. */
export interface StatementFault {
  readonly place: string;
  readonly detail: string;
}

/**
 * The names under which lines are known, so that a file that is read again, and another that overlaps it, add nothing.
 * Two lines that do not differ in anything are told apart by their order on the same account.
 */
export function factsOf(lines: readonly StatementLine[]): string[] {
  const seen = new Map<string, number>();
  return lines.map((line) => {
    const same = line.bankReference === null ? contentOf(line) : [line.bankReference];
    const fact = JSON.stringify([
      line.bookedOn,
      `${line.amountMinor}`,
      line.currency,
      line.isReversal,
      ...same,
    ]);
    const before = seen.get(fact) ?? 0;
    seen.set(fact, before + 1);
    return `${fact}#${before}`;
  });
}

function contentOf(line: StatementLine): (string | null)[] {
  return ['', line.name, line.iban, line.reference, line.text, line.endToEndId];
}
