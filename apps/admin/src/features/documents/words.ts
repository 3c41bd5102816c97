import type { CustomerDocument } from '@billhook/sdk/generated/types';

const LETTERS = { 1: 'Payment reminder', 2: 'Second reminder', 3: 'Last notice' } as const;

/** What a document is called. */
export function documentName({ kind, level }: Pick<CustomerDocument, 'kind' | 'level'>): string {
  if (kind === 'pro_forma') return 'Pro-forma invoice';
  if (kind === 'statement') return 'Statement of account';
  return LETTERS[level as 1 | 2 | 3] ?? 'Dunning letter';
}
