import type { LocationEvidenceList } from '@billhook/sdk/generated/types';
import { Button } from '@billhook/ui/button';
import { countryName } from '@billhook/ui/country-name';
import { DateText } from '@billhook/ui/date-text';
import { SideSheet } from '@billhook/ui/dialog';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { ROLES, useMay, useScope } from '../../lib/scope.tsx';
import { EVIDENCE_KINDS } from '../../lib/tax-words.ts';
import { EvidenceForm } from './evidence-form.tsx';

type Piece = LocationEvidenceList['pieces'][number];

const SOURCES: Readonly<Record<Piece['source'], string>> = {
  seller: 'told by staff',
  provider: 'told by the payment provider',
  visit: 'seen at a visit',
};

/** What was collected of where a consumer is: when, from where, and what counts no more. */
export function EvidenceList({ customer }: { customer: string }) {
  const { api, tenant } = useScope();
  const may = useMay(ROLES.care);
  const [open, setOpen] = useState(false);
  const { data } = useQuery({
    queryKey: [tenant.id, 'customer', customer, 'evidence'],
    queryFn: ({ signal }) => api.customers.locationEvidence(customer, { signal }),
  });
  if (data === undefined) return null;
  return (
    <div className="mt-4 flex flex-col gap-3">
      <ul className="flex flex-col">
        {data.pieces.map((piece) => (
          <li
            key={`${piece.kind} ${piece.firstSeenAt} ${piece.country}`}
            className={`border-t border-line py-2 text-sm ${piece.replacedAt === null ? '' : 'text-muted'}`}
          >
            <span className="font-medium">{countryName(piece.country)}</span> by {EVIDENCE_KINDS[piece.kind]}
            {piece.detail === null ? null : ` (${piece.detail})`}, {SOURCES[piece.source]}{' '}
            <DateText value={piece.seenAt} />
            {piece.replacedAt === null ? null : ', counts no more'}
          </li>
        ))}
      </ul>
      {may ? (
        <div>
          <Button size="sm" onClick={() => setOpen(true)}>
            Add evidence
          </Button>
        </div>
      ) : null}
      <SideSheet
        open={open}
        onOpenChange={setOpen}
        title="Add evidence"
        description="What says in which country the consumer is, beside the address."
      >
        {open ? <EvidenceForm customer={customer} onClose={() => setOpen(false)} /> : null}
      </SideSheet>
    </div>
  );
}
