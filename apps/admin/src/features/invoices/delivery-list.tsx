import type { DocumentDelivery } from '@billhook/sdk/generated/types';
import { DateText } from '@billhook/ui/date-text';
import { Section } from '@billhook/ui/page-header';
import { Status } from '@billhook/ui/status';
import { useQuery } from '@tanstack/react-query';
import { useScope } from '../../lib/scope.tsx';

const CHANNELS: Record<DocumentDelivery['channel'], string> = {
  mail: 'Mail',
  download: 'Portal',
  peppol: 'Peppol',
};
const FORMATS: Record<DocumentDelivery['format'], string> = {
  pdf: 'PDF',
  factur_x: 'Factur-X',
  xrechnung_cii: 'XRechnung (CII)',
  xrechnung_ubl: 'XRechnung (UBL)',
  peppol_bis: 'Peppol BIS',
};
const STATES = {
  queued: { tone: 'attention', word: 'Waiting' },
  sent: { tone: 'info', word: 'Sent' },
  accepted: { tone: 'ok', word: 'Accepted' },
  refused: { tone: 'problem', word: 'Refused' },
  // Whether a mail arrived nobody tells us.
  done: { tone: 'ok', word: 'Sent' },
} as const;
const TAKEN = { tone: 'ok', word: 'Downloaded' } as const;

const stateOf = ({ channel, status }: DocumentDelivery) => (channel === 'download' ? TAKEN : STATES[status]);

/** How an invoice reached its readers, newest first. Nothing where it has not. */
export function DeliveryList({ invoice }: { invoice: string }) {
  const { api, tenant } = useScope();
  const deliveries = useQuery({
    queryKey: [tenant.id, 'deliveries', invoice],
    queryFn: ({ signal }) => api.invoices.deliveries(invoice, { signal }),
  });
  const rows = deliveries.data?.data ?? [];
  if (rows.length === 0) return null;
  return (
    <Section title="Deliveries">
      <ul className="flex flex-col">
        {rows.map((row) => (
          <li key={row.id} className="border-t border-line py-2 first:border-t-0">
            <p className="flex justify-between gap-3">
              <span>
                {FORMATS[row.format]} · {CHANNELS[row.channel]}
              </span>
              <Status tone={stateOf(row).tone}>{stateOf(row).word}</Status>
            </p>
            <p className="break-words text-muted">
              <DateText value={row.lastAt} /> · {row.recipient}
              {row.times > 1 ? ` · ${row.times} times` : ''}
            </p>
            {row.detail === null ? null : <p className="text-muted">{row.detail}</p>}
          </li>
        ))}
      </ul>
    </Section>
  );
}
