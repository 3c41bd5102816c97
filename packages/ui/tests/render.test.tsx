import type { ReactNode } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { expect, test } from 'vitest';
import { Button } from '../src/button.tsx';
import { CertificateItem } from '../src/certificate-item.tsx';
import { CreditAmount } from '../src/credit-amount.tsx';
import { DataTable } from '../src/data-table.tsx';
import { DateText } from '../src/date-text.tsx';
import { ErrorState } from '../src/error-state.tsx';
import { InvoiceDocument } from '../src/invoice-document.tsx';
import { LocaleProvider } from '../src/locale.tsx';
import { MeterBar } from '../src/meter-bar.tsx';
import { Money } from '../src/money.tsx';
import { Status } from '../src/status.tsx';
import { Waterfall } from '../src/waterfall.tsx';

function render(node: ReactNode, locale = 'en'): string {
  return renderToStaticMarkup(
    <LocaleProvider locale={locale} timeZone="Europe/Vienna">
      {node}
    </LocaleProvider>,
  );
}

test('an amount names its currency apart from the number and whole in its title', () => {
  const html = render(<Money amountMinor="-1240" currency="EUR" />);
  expect(html).toContain('−12.40');
  expect(html).toContain('title="−12.40\u00a0EUR"');
  expect(html).toMatch(/<span class="currency[^"]*">EUR<\/span>/);
});

test('credits that are money never lose the minor units of their currency', () => {
  const type = { unit: 'EUR', currency: 'EUR' };
  expect(render(<CreditAmount value="1250" type={type} />)).toContain('>12.50<');
  expect(render(<CreditAmount value="1250.5" type={type} />)).toContain('>12.505<');
  expect(render(<CreditAmount value="25" type={{ unit: 'credits', currency: null }} />)).toContain('>25<');
});

test('an amount that hides its currency still has it in its title', () => {
  const html = render(<Money amountMinor="1240" currency="EUR" hideCurrency />);
  expect(html).toContain('title="12.40\u00a0EUR"');
  expect(html).not.toContain('class="currency');
});

test('the provider decides the language of amounts and dates', () => {
  expect(render(<Money amountMinor="123456" currency="EUR" />, 'de')).toContain('1.234,56');
  expect(render(<DateText value="2026-03-03" />, 'de')).toContain('März');
});

test('a date carries its zone on hover', () => {
  const html = render(<DateText value="2026-03-03T08:00:00Z" as="weekday-time" />);
  expect(html).toContain('Tue 3 Mar, 09:00');
  expect(html).toMatch(/title="[^"]*Europe\/Vienna/);
});

test('a busy button keeps its words, so that it keeps its width', () => {
  const html = render(<Button busy>Save changes</Button>);
  expect(html).toContain('Save changes');
  expect(html).toContain('aria-busy="true"');
});

test('a state is always a word beside its dot', () => {
  expect(render(<Status tone="ok">Paid</Status>)).toContain('Paid');
});

const COLUMNS = [
  { key: 'name', header: 'Name', cell: (row: { name: string }) => row.name },
  { key: 'amount', header: 'Amount', numeric: true, cell: () => <Money amountMinor="1" currency="EUR" /> },
];

test('a loading table has the same columns and as many rows as told', () => {
  const html = render(
    <DataTable label="Rows" columns={COLUMNS} rows={[]} rowKey={(row) => row.name} loading loadingRows={3} />,
  );
  expect(html.match(/skeleton/g)).toHaveLength(6);
  expect(html).toContain('aria-busy="true"');
});

test('an empty table says so, and one that failed does not claim to be empty', () => {
  const base = { label: 'Rows', columns: COLUMNS, rows: [], rowKey: (row: { name: string }) => row.name };
  expect(render(<DataTable {...base} empty="Nothing yet" />)).toContain('Nothing yet');
  const failed = render(
    <DataTable {...base} empty="Nothing yet" error={<ErrorState title="It failed." />} />,
  );
  expect(failed).toContain('It failed.');
  expect(failed).not.toContain('Nothing yet');
});

test('rows that cannot be opened take no focus, those that can do', () => {
  const base = {
    label: 'Rows',
    columns: COLUMNS,
    rows: [{ name: 'one' }],
    rowKey: (row: { name: string }) => row.name,
  };
  expect(render(<DataTable {...base} />)).not.toContain('tabindex="0"');
  expect(render(<DataTable {...base} onOpen={() => {}} />)).toContain('tabindex="0"');
});

test('an error offers its request id to be copied', () => {
  const html = render(<ErrorState title="It failed." requestId="req_1" onRetry={() => {}} />);
  expect(html).toContain('role="alert"');
  expect(html).toContain('aria-label="Copy req_1"');
  expect(html).toContain('Try again');
});

test('a meter says how full it is beyond its limit too', () => {
  const html = render(<MeterBar label="Storage" used="1320" limit="1000" usedText="1,320" overageAllowed />);
  expect(html).toContain('aria-valuenow="132"');
  expect(html).toContain('132%');
});

test('a waterfall writes each movement with its sign', () => {
  const html = render(
    <Waterfall
      label="MRR"
      currency="EUR"
      steps={[
        { label: 'New', amountMinor: '500', kind: 'movement' },
        { label: 'Churn', amountMinor: '-200', kind: 'movement' },
      ]}
    />,
  );
  expect(html).toContain('+5.00');
  expect(html).toContain('−2.00');
});

test('an invoice shows tax by rate, totals, and an explanation only where there is one', () => {
  const html = render(
    <InvoiceDocument
      number="INV-1"
      seller={{ name: 'Seller', lines: ['Street 1'] }}
      buyer={{ name: 'Buyer', lines: [], taxId: 'DE1' }}
      issuedOn="2026-06-01"
      currency="EUR"
      lines={[
        { id: '1', description: 'Plain', amountMinor: '1000' },
        { id: '2', description: 'Metered', amountMinor: '500', explanation: '5 × 1.00' },
      ]}
      subtotalMinor="1500"
      taxes={[{ label: 'VAT 20 %', baseMinor: '1500', amountMinor: '300' }]}
      totalMinor="1800"
      amountDueMinor="1800"
    />,
  );
  expect(html.match(/aria-expanded="false"/g)).toHaveLength(1);
  expect(html).toContain('VAT 20 %');
  expect(html).toContain('18.00');
});

test('the days of a certificate and its place are said in words', () => {
  const certificate = {
    reason: 'resale',
    number: '32-1',
    country: 'US',
    regions: ['TX'],
    state: 'valid',
  } as const;
  const html = render(
    <CertificateItem certificate={{ ...certificate, validFrom: '2026-01-01', validTo: '2099-12-31' }} />,
  );
  expect(html).toContain('Resale, 32-1 (United States: TX)');
  expect(html).toContain('>1 Jan 2026</time> to <time');
  expect(html).toContain('>31 Dec 2099</time>');
  const endless = render(
    <CertificateItem certificate={{ ...certificate, validFrom: '2026-01-01', validTo: null }} />,
  );
  expect(endless).toContain('to no end');
});

test('words stay in one line beside the column that takes the room', () => {
  const columns = [
    { key: 'name', header: 'Name', fill: true, cell: () => 'Long' },
    { key: 'key', header: 'Key', cell: () => 'ai-upscaling' },
  ];
  const html = render(
    <DataTable label="Features" rows={[1]} rowKey={String} columns={columns} empty={null} />,
  );
  expect(html).toMatch(/<td class="[^"]*sm:whitespace-nowrap[^"]*">ai-upscaling/);
  expect(html).not.toMatch(/<td class="[^"]*sm:whitespace-nowrap[^"]*">Long/);
});
