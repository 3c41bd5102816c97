import { counted } from '@billhook/core/kernel/counted';
import type { DocumentDelivery } from '@billhook/sdk/generated/types';
import { Button } from '@billhook/ui/button';
import { DateText } from '@billhook/ui/date-text';
import { Section } from '@billhook/ui/page-header';
import { Status } from '@billhook/ui/status';
import { toast } from '@billhook/ui/toast';
import { useQuery } from '@tanstack/react-query';
import { useCommand } from '../../lib/command.ts';
import { ProblemText } from '../../lib/problem.tsx';
import { ROLES, useMay, useScope } from '../../lib/scope.tsx';

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

/** How an invoice or a credit note reached its readers, newest first. Nothing where it has not. */
export function DeliveryList({ kind, id }: { kind: 'invoices' | 'creditNotes'; id: string }) {
  const { api, tenant } = useScope();
  const deliveries = useQuery({
    queryKey: [tenant.id, 'deliveries', id],
    queryFn: ({ signal }) => api[kind].deliveries(id, { signal }),
    // What is under way is looked at again, so that whoever sent it sees what became of it.
    refetchInterval: ({ state }) =>
      state.data?.data.some(({ status }) => status === 'queued' || status === 'sent') ? 3_000 : false,
  });
  const rows = deliveries.data?.data ?? [];
  if (rows.length === 0) return null;
  const list = (
    <ul className="flex flex-col">
      {rows.map((row) => (
        <li key={row.id} className="border-t border-line py-2 first:border-t-0">
          <Row row={row} />
        </li>
      ))}
    </ul>
  );
  return kind === 'invoices' ? <Section title="Deliveries">{list}</Section> : list;
}

function Row({ row }: { row: DocumentDelivery }) {
  const { tone, word } = stateOf(row);
  return (
    <>
      <p className="flex justify-between gap-3">
        <span>
          {FORMATS[row.format]} · {CHANNELS[row.channel]}
        </span>
        <Status tone={tone}>{word}</Status>
      </p>
      <p className="break-words text-muted">
        <DateText value={row.lastAt} /> · {row.recipient}
        {row.times > 1 ? ` · ${counted(row.times, 'time')}` : ''}
      </p>
      {row.detail === null ? null : <p className="text-muted">{row.detail}</p>}
      {row.channel === 'peppol' && row.status === 'refused' ? <SendAgain id={row.id} /> : null}
    </>
  );
}

/** The receiver may be reached by now: the same file goes to the same address. */
function SendAgain({ id }: { id: string }) {
  const { api } = useScope();
  const may = useMay(ROLES.money);
  const resend = useCommand(
    (_: null, options) => api.deliveries.resend(id, {}, options),
    () => toast('It is sent again.'),
  );
  if (!may) return null;
  return (
    <div className="mt-2 flex flex-col items-start gap-2">
      {resend.error ? <ProblemText error={resend.error} /> : null}
      <Button size="sm" busy={resend.busy} onClick={() => resend.run(null)}>
        Send again
      </Button>
    </div>
  );
}
