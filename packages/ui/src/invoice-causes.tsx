import type { InvoiceDiff } from '@billhook/sdk/generated/types';
import { Waterfall } from './waterfall.tsx';

export interface InvoiceCausesProps {
  readonly diff: InvoiceDiff;
  /** What each cause is called. */
  readonly words: Readonly<Record<keyof InvoiceDiff['parts'], string>>;
  /** What the total of this invoice is called. */
  readonly thisOne: string;
}

const ORDER = ['plan', 'volume', 'price', 'mix', 'oneOff', 'tax'] as const;

/** From the total of one invoice to that of the next, cause by cause. Causes that moved nothing are left out. */
export function InvoiceCauses({ diff, words, thisOne }: InvoiceCausesProps) {
  const moved = ORDER.filter((part) => diff.parts[part] !== '0');
  return (
    <Waterfall
      label={`${diff.againstNumber ?? ''} → ${diff.number}`}
      currency={diff.currency}
      steps={[
        { label: diff.againstNumber ?? '–', amountMinor: diff.before, kind: 'total' },
        ...moved.map((part) => ({
          label: words[part],
          amountMinor: diff.parts[part],
          kind: 'movement' as const,
        })),
        { label: thisOne, amountMinor: diff.after, kind: 'total' },
      ]}
    />
  );
}
