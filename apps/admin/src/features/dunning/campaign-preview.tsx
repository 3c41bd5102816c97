import type { CampaignDefinition, FailureKind } from '@billhook/sdk/generated/types';
import { DateText } from '@billhook/ui/date-text';
import { Section } from '@billhook/ui/page-header';
import type { SearchOption } from '@billhook/ui/search-select';
import { Select } from '@billhook/ui/select';
import { useState } from 'react';
import { CustomerSearch } from '../../lib/customer-search.tsx';
import { usePreview } from './queries.ts';
import { ACTION_WORDS, KIND_WORDS, LEFT_OUT_WORDS, MAIL_WORDS } from './words.ts';

const KINDS = (Object.keys(KIND_WORDS) as FailureKind[]).filter((kind) => kind !== 'terms_overdue');

export interface CampaignPreviewProps {
  readonly kind: 'charge' | 'terms';
  readonly definition: CampaignDefinition;
}

/** What would happen from now on if no try succeeds, for a customer and a kind of failure. */
export function CampaignPreviewPanel({ kind, definition }: CampaignPreviewProps) {
  const [failureKind, setFailureKind] = useState<FailureKind>('soft_decline');
  const [customer, setCustomer] = useState<SearchOption | null>(null);
  const { data } = usePreview({
    kind,
    definition,
    ...(kind === 'charge' ? { failureKind } : {}),
    ...(customer === null ? {} : { customer: customer.value }),
  });
  return (
    <Section title="If it failed now" description={data ? `Times of ${data.timeZone}.` : undefined}>
      <div className="flex flex-wrap gap-3">
        {kind === 'charge' ? (
          <Select<FailureKind>
            label="Failure"
            value={failureKind}
            options={KINDS.map((value) => ({ value, label: KIND_WORDS[value] }))}
            onValueChange={setFailureKind}
          />
        ) : null}
        <CustomerSearch
          label="Customer"
          className="min-w-52"
          placeholder="Anybody with a card"
          chosen={customer}
          onChoose={setCustomer}
        />
      </div>
      <ol className="mt-3 flex flex-col border-s border-line-strong ps-3">
        {data?.ahead.map((step) => (
          <li key={step.key} className="flex items-baseline justify-between gap-3 py-1">
            <span>{step.mail === null ? ACTION_WORDS[step.action] : `Mail: ${MAIL_WORDS[step.mail]}`}</span>
            <DateText value={step.at} as="weekday-time" timeZone={data.timeZone} />
          </li>
        ))}
        {data?.leftOut.map((step) => (
          <li key={step.key} className="py-1 text-sm text-faint">
            {ACTION_WORDS[step.action]}: left out, {LEFT_OUT_WORDS[step.reason]}
          </li>
        ))}
      </ol>
    </Section>
  );
}
