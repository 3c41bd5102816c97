import type { CustomerOverview } from '@billhook/sdk/generated/types';
import { CopyText } from '@billhook/ui/copy-text';
import { countryName } from '@billhook/ui/country-name';
import { DateText } from '@billhook/ui/date-text';
import { KeyValue } from '@billhook/ui/key-value';
import { methodName } from '@billhook/ui/method-name';
import { Badge } from '@billhook/ui/status';
import { CONSOLIDATIONS, capital } from '../../lib/words.ts';
import { formatName } from './e-invoice-fields.tsx';
import { MethodActions } from './method-actions.tsx';

function addressText({ customer }: CustomerOverview): string {
  const { line1, line2, postalCode, city, region } = customer.address;
  const place = [postalCode, city].filter(Boolean).join(' ');
  return [line1, line2, place, region, customer.country === null ? null : countryName(customer.country)]
    .filter(Boolean)
    .join(', ');
}

const NONE = <span className="text-faint">–</span>;

/** Who the customer is. */
export function CustomerFacts({ overview }: { overview: CustomerOverview }) {
  const { customer } = overview;
  return (
    <KeyValue
      items={[
        {
          label: 'E-mail',
          value: customer.email ? <CopyText text={customer.email} className="font-sans! text-sm" /> : NONE,
        },
        { label: 'External id', value: customer.externalId ? <CopyText text={customer.externalId} /> : NONE },
        { label: 'Address', value: addressText(overview) || NONE },
        {
          label: 'VAT ID',
          value: customer.taxId ?? (customer.taxExempt ? 'Exempt from tax' : NONE),
        },
        { label: 'Documents', value: formatName(customer.eInvoice.format) },
        { label: 'Currency', value: customer.currency },
        {
          label: 'Days to pay',
          value: customer.paymentTermsDays === null ? 'As in the settings' : `${customer.paymentTermsDays}`,
        },
        {
          label: 'One invoice for',
          value:
            CONSOLIDATIONS.find(({ value }) => value === customer.invoiceConsolidation)?.label ??
            'As in the settings',
        },
        {
          label: 'Pays',
          value: customer.paysByTransfer
            ? 'By transfer; nothing is charged by itself'
            : 'As each subscription says',
        },
        { label: 'Time zone', value: customer.timeZone },
        { label: 'Customer since', value: <DateText value={customer.createdAt} /> },
        { label: 'Customer id', value: <CopyText text={customer.id} /> },
        ...Object.entries(customer.metadata).map(([label, value]) => ({ label, value })),
      ]}
    />
  );
}

/** Cards on file. Numbers never come here: the provider keeps them. */
export function PaymentMethods({ overview }: { overview: CustomerOverview }) {
  if (overview.paymentMethods.length === 0) {
    return <p className="text-muted">None. The customer adds one in the portal.</p>;
  }
  return (
    <ul>
      {overview.paymentMethods.map((method) => (
        <li
          key={method.id}
          className="flex items-center justify-between gap-3 border-b border-line py-2 last:border-b-0"
        >
          <span className="num">{methodName(method)}</span>
          <span className="num flex items-center gap-2 text-sm text-muted">
            {method.isDefault ? <Badge>Default</Badge> : null}
            {method.isBackup ? <Badge>Backup</Badge> : null}
            {method.expMonth === null
              ? null
              : `${String(method.expMonth).padStart(2, '0')}/${method.expYear}`}
            <MethodActions method={method} />
          </span>
        </li>
      ))}
    </ul>
  );
}

/** Who of the customer may sign in to the portal. */
export function Members({ overview }: { overview: CustomerOverview }) {
  if (overview.members.length === 0) return <p className="text-muted">Nobody has signed up yet.</p>;
  return (
    <ul>
      {overview.members.map((member) => (
        <li
          key={member.id}
          className="flex items-baseline justify-between gap-3 border-b border-line py-2 last:border-b-0"
        >
          <span className="min-w-0 truncate">
            {member.name} <span className="text-sm text-faint">{member.email}</span>
          </span>
          <span className="text-sm text-muted">{capital(member.role)}</span>
        </li>
      ))}
    </ul>
  );
}
