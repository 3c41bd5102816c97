import type { InvoiceDocument } from '../../modules/invoicing/document.ts';
import type { COLUMNS } from './layout.ts';
import type { Voice } from './voice.ts';

const HEADINGS = ['description', 'quantity', 'tax', 'amount'] as const;

/** The voice of a table of lines, and its columns. */
export type Lines = Voice & { headings: readonly (keyof typeof COLUMNS)[] };

/** The columns that any line has something for: a receipt has no quantities, and a heading over nothing asks for one. */
export function headingsOf({ lines }: InvoiceDocument): Lines['headings'] {
  const isUsed = {
    description: true,
    quantity: lines.some(({ quantity }) => quantity !== ''),
    tax: lines.some(({ taxPercent }) => taxPercent !== null),
    amount: true,
  };
  return HEADINGS.filter((column) => isUsed[column]);
}
