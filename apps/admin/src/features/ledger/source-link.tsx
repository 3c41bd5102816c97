import { CopyText } from '@billhook/ui/copy-text';
import { TextLink } from '@billhook/ui/link';
import { capital } from '../../lib/words.ts';

/** The end of a month comes from nothing else. */
const WITHOUT_SOURCE = ['ledger_month', 'ledger_correction'];

/** What a posting came from: its invoice, or what it is, with an id to be copied and looked for. */
export function SourceLink({ sourceKind, sourceId }: { sourceKind: string; sourceId: string }) {
  if (sourceKind === 'invoice') return <TextLink href={`/invoices/${sourceId}`}>Invoice</TextLink>;
  if (WITHOUT_SOURCE.includes(sourceKind)) return null;
  return <CopyText text={sourceId} shown={capital(sourceKind.replaceAll('_', ' '))} className="font-sans" />;
}
