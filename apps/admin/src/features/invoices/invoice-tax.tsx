import type { Invoice } from '@billhook/sdk/generated/types';
import { CertificateDays } from '@billhook/ui/certificate-item';
import { certificateText } from '@billhook/ui/certificate-words';
import { countryName } from '@billhook/ui/country-name';
import { DateText } from '@billhook/ui/date-text';
import { KeyValue } from '@billhook/ui/key-value';
import { Section } from '@billhook/ui/page-header';
import { EVIDENCE_KINDS, EVIDENCE_STATES, NUMBER_STATES, TAX_GROUNDS } from '../../lib/tax-words.ts';

/** What the tax of an invoice rests on, as it was frozen with it; nothing where the seller had set no rules. */
export function InvoiceTax({ invoice: { taxBasis, taxCertificate } }: { invoice: Invoice }) {
  if (taxBasis === null && taxCertificate === null) return null;
  const items = [
    ...(taxCertificate === null
      ? []
      : [
          {
            label: 'Certificate',
            value: (
              <>
                {certificateText(taxCertificate)}, <CertificateDays {...taxCertificate} />
              </>
            ),
          },
        ]),
    ...(taxBasis === null ? [] : numberFacts(taxBasis.vatNumber)),
    ...(taxBasis === null ? [] : evidenceFacts(taxBasis.evidence)),
  ];
  return (
    <Section
      title="What the tax rests on"
      {...(taxBasis === null ? {} : { description: TAX_GROUNDS[taxBasis.ground] })}
    >
      {items.length === 0 ? null : <KeyValue items={items} />}
    </Section>
  );
}

type Basis = NonNullable<Invoice['taxBasis']>;

function numberFacts({ state, answeredAt, consultationNumber }: Basis['vatNumber']) {
  if (state === 'none') return [];
  return [
    {
      label: 'VAT number',
      value: (
        <>
          {NUMBER_STATES[state]}
          {answeredAt === null ? null : (
            <>
              , <DateText value={answeredAt} />
            </>
          )}
        </>
      ),
    },
    ...(consultationNumber === null ? [] : [{ label: 'Proof of the query', value: consultationNumber }]),
  ];
}

function evidenceFacts({ state, pieces }: Basis['evidence']) {
  if (state === 'not_needed') return [];
  return [
    { label: 'Where the consumer is', value: EVIDENCE_STATES[state] },
    ...pieces.map(({ kind, country, detail, seenAt, agrees }) => ({
      label: `By ${EVIDENCE_KINDS[kind]}`,
      value: (
        <>
          {countryName(country)}
          {agrees === false ? ', against the others' : null}
          {detail === null ? null : ` (${detail})`}
          {seenAt === null ? null : (
            <>
              , <DateText value={seenAt} />
            </>
          )}
        </>
      ),
    })),
  ];
}
