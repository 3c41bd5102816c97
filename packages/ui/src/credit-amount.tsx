import { type CreditUnit, creditDecimals, shownCredits } from './credit-figures.ts';
import { DateText } from './date-text.tsx';
import { Quantity } from './money.tsx';

export interface CreditAmountProps {
  /** A decimal string, as on the wire; of money credits in minor units. */
  readonly value: string;
  readonly type: CreditUnit;
  /** How many decimals all of a column have (`creditDecimals`). */
  readonly decimals?: number | undefined;
  readonly className?: string | undefined;
}

/** An amount of credits with what they are called; credits that are money in whole units of their currency. */
export function CreditAmount({ value, type, decimals, className }: CreditAmountProps) {
  return (
    <Quantity
      value={shownCredits(value, type)}
      unit={type.currency ?? type.unit}
      minimumFractionDigits={decimals ?? creditDecimals([{ value, type }])(type)}
      className={className}
    />
  );
}

/** When credits end, below its head; on a phone, where there is none, as a sentence. */
export function ExpiryText({ at }: { at: string | null }) {
  if (at === null)
    return (
      <span className="text-faint">
        Never<span className="sm:hidden"> expires</span>
      </span>
    );
  return (
    <>
      <span className="sm:hidden">Expires </span>
      <DateText value={at} />
    </>
  );
}
