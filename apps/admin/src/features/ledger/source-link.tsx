import { CopyText } from '@billhook/ui/copy-text';
import { TextLink } from '@billhook/ui/link';

/** What a posting came from: its invoice, or an id that can be looked for. */
export function SourceLink({ sourceKind, sourceId }: { sourceKind: string; sourceId: string }) {
  if (sourceKind === 'invoice') return <TextLink href={`/invoices/${sourceId}`}>Invoice</TextLink>;
  return <CopyText text={sourceId} shown={`${sourceId.slice(0, 12)}…`} />;
}
