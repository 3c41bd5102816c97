import { CopyText } from '@billhook/ui/copy-text';
import { TextLink } from '@billhook/ui/link';

/** What a posting came from: its invoice, or an id that can be looked for. The end of a month comes from nothing else. */
export function SourceLink({ sourceKind, sourceId }: { sourceKind: string; sourceId: string }) {
  if (sourceKind === 'invoice') return <TextLink href={`/invoices/${sourceId}`}>Invoice</TextLink>;
  if (sourceKind === 'ledger_month' || sourceKind === 'ledger_correction') return null;
  return <CopyText text={sourceId} shown={`${sourceId.slice(0, 12)}…`} />;
}
