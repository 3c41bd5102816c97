import type { CustomerTax as Tax } from '@billhook/sdk/generated/types';
import { countryName } from '@billhook/ui/country-name';
import { DateText } from '@billhook/ui/date-text';
import { KeyValue } from '@billhook/ui/key-value';
import { Section } from '@billhook/ui/page-header';
import { useQuery } from '@tanstack/react-query';
import { useScope } from '../../lib/scope.tsx';
import { EVIDENCE_KINDS, EVIDENCE_STATES, NUMBER_STATES, TAX_GROUNDS } from '../../lib/tax-words.ts';
import { EvidenceList } from './evidence-list.tsx';

type Decision = NonNullable<Tax['decision']>;
type Number = Tax['vatNumber'];
type Evidence = Tax['evidence'];

const WARNINGS: Readonly<Record<Decision['warnings'][number], string>> = {
  registration_missing: 'The seller is not registered for this tax.',
  rate_unknown: 'No rate is known for this country; set one in the settings.',
  number_of_other_country: 'The VAT number is of another country and does not count.',
};

/** Whether it is known where a consumer is; nothing where that needs no proof. */
function evidenceOf({ state, pieces }: Evidence) {
  if (state === 'not_needed') return [];
  const said = pieces
    .map(({ kind, country }) => `${countryName(country)} by ${EVIDENCE_KINDS[kind]}`)
    .join(', ');
  return [{ label: 'Where the consumer is', value: `${EVIDENCE_STATES[state]} (${said})` }];
}

function rateText({ category, percent }: Decision): string {
  if (percent === null) return 'None';
  return category === 'S' ? `${percent} %` : `${percent} % (${category})`;
}

/** Which tax the customer pays, and why. Nothing is shown for a seller who has set no rules of tax. */
export function CustomerTax({ customer }: { customer: string }) {
  const { api, tenant } = useScope();
  const { data } = useQuery({
    queryKey: [tenant.id, 'customer', customer, 'tax'],
    queryFn: ({ signal }) => api.customers.tax(customer, { signal }),
    enabled: tenant.settings.taxRules !== null || tenant.settings.taxProvider !== null,
  });
  if (data === undefined) return null;
  if (data.provider !== null) {
    return (
      <Section title="Tax" description="Stripe Tax works it out when an invoice is issued.">
        <KeyValue
          items={[
            { label: 'Rests on', value: 'The address, the tax number and what is sold, on the day of issue' },
          ]}
        />
      </Section>
    );
  }
  if (data.decision === null) return null;
  const { decision, vatNumber } = data;
  return (
    <Section title="Tax" description={TAX_GROUNDS[decision.ground]}>
      <KeyValue
        items={[
          { label: 'Rate', value: rateText(decision) },
          { label: 'VAT number', value: NUMBER_STATES[vatNumber.state] },
          ...factsOf(vatNumber),
          ...(decision.exemption === null ? [] : [{ label: 'On the invoice', value: decision.exemption }]),
          ...evidenceOf(data.evidence),
          ...(data.isHeld ? [{ label: 'Invoices', value: 'Wait until the registry has answered' }] : []),
          ...decision.warnings.map((warning) => ({ label: 'Look at this', value: WARNINGS[warning] })),
        ]}
      />
      {data.evidence.state === 'not_needed' ? null : <EvidenceList customer={customer} />}
    </Section>
  );
}

/** What the registry said, as far as it did. */
function factsOf({ answeredAt, registeredName, registeredAddress, consultationNumber, downSince }: Number) {
  const owner = [registeredName, registeredAddress].filter(Boolean).join(', ');
  return [
    ...(answeredAt === null ? [] : [{ label: 'Answered', value: <DateText value={answeredAt} /> }]),
    ...(owner === '' ? [] : [{ label: 'Registered to', value: owner }]),
    ...(consultationNumber === null ? [] : [{ label: 'Proof of the query', value: consultationNumber }]),
    ...(downSince === null ? [] : [{ label: 'No answer since', value: <DateText value={downSince} /> }]),
  ];
}
