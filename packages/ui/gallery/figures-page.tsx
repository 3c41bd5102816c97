import { formatMoney } from '../src/format.ts';
import { InvoiceDocument } from '../src/invoice-document.tsx';
import { KeyValue } from '../src/key-value.tsx';
import { LineChart } from '../src/line-chart.tsx';
import { useLocale } from '../src/locale.tsx';
import { MeterBar } from '../src/meter-bar.tsx';
import { Money, Percent, Quantity } from '../src/money.tsx';
import { Section } from '../src/page-header.tsx';
import { Sparkline } from '../src/sparkline.tsx';
import { Stat, StatRow } from '../src/stat.tsx';
import { Status } from '../src/status.tsx';
import { Waterfall } from '../src/waterfall.tsx';
import { Frame } from './frame.tsx';

const MONTHS = ['Dec', 'Jan', 'Feb', 'Mar', 'Apr', 'May'];

export function FiguresPage() {
  return (
    <Frame title="Figures">
      <StatRow>
        <Stat
          label="MRR"
          value={<Money amountMinor="1284250" currency="EUR" />}
          delta={{ text: <Percent ratio={0.042} plus />, reading: 'good' }}
          note="since 1 May"
          href="#mrr"
        />
        <Stat
          label="Customers"
          value={<Quantity value="1753" />}
          delta={{ text: '−3', reading: 'bad' }}
          note="this month"
        />
        <Stat label="Open invoices" value={<Money amountMinor="35110" currency="EUR" />} note="7 invoices" />
        <Stat label="Events today" value={null} note="loading" />
      </StatRow>
      <div className="grid gap-10 md:grid-cols-2">
        <Section title="Meters">
          <Meters />
        </Section>
        <Section title="Where MRR went in May">
          <Waterfall
            label="Movements of MRR in May"
            currency="EUR"
            steps={[
              { label: 'Start', amountMinor: '1232400', kind: 'total' },
              { label: 'New', amountMinor: '84500', kind: 'movement', href: '#new' },
              { label: 'Expansion', amountMinor: '31900', kind: 'movement' },
              { label: 'Reactivation', amountMinor: '2900', kind: 'movement' },
              { label: 'Contraction', amountMinor: '-18450', kind: 'movement' },
              { label: 'Churn', amountMinor: '-49000', kind: 'movement' },
              { label: 'End', amountMinor: '1284250', kind: 'total' },
            ]}
          />
        </Section>
      </div>
      <Charts />
      <Section title="Invoice">
        <SampleInvoice />
      </Section>
    </Frame>
  );
}

function Meters() {
  return (
    <div className="flex flex-col gap-4">
      <MeterBar
        label="Photos"
        used="412"
        limit="1000"
        usedText={<Quantity value="412" />}
        limitText={<Quantity value="1000" unit="MB" />}
        note="resets on Mon 1 Jun"
      />
      <MeterBar
        label="Requests"
        used="8712"
        limit="10000"
        usedText={<Quantity value="8712" />}
        limitText={<Quantity value="10000" />}
        note="warned at 80 %"
      />
      <MeterBar
        label="Seats"
        used="49"
        limit="50"
        usedText={<Quantity value="49" />}
        limitText={<Quantity value="50" />}
        note="1 left"
      />
      <MeterBar
        label="Storage"
        used="1320"
        limit="1000"
        usedText={<Quantity value="1320" />}
        limitText={<Quantity value="1000" unit="MB" />}
        note="320 MB beyond, 0.02 EUR for each 100 MB"
        overageAllowed
      />
      <MeterBar label="Exports" used="3" limit={null} usedText={<Quantity value="3" />} note="no limit" />
    </div>
  );
}

function Charts() {
  const { locale } = useLocale();
  const euros = (value: string) => formatMoney(value, 'EUR', locale).number;
  return (
    <div className="grid gap-10 md:grid-cols-2">
      <LineChart
        title="MRR in EUR"
        labels={MONTHS}
        format={euros}
        series={[
          { name: 'This year', values: ['820000', '910000', '1004000', '1102500', '1232400', '1284250'] },
          { name: 'Last year', values: ['410000', '455000', '490000', '530000', null, '610000'] },
        ]}
        note="Data complete to 31 May, 12:04."
      />
      <LineChart
        title="Net change in EUR"
        labels={MONTHS}
        format={euros}
        series={[{ name: 'Net', values: ['12000', '90000', '-34000', '-8000', '64000', '51850'] }]}
      />
      <LineChart title="Waiting" labels={[]} format={euros} series={[]} loading />
      <div className="flex items-center gap-3 self-start">
        <span>Requests a day</span>
        <Sparkline
          label="Requests a day, last 340"
          values={['120', '180', '160', '220', '300', '280', '340']}
        />
        <Quantity value="340" />
      </div>
    </div>
  );
}

function SampleInvoice() {
  return (
    <InvoiceDocument
      number="INV-0042"
      status={<Status tone="ok">Paid</Status>}
      seller={{
        name: 'Concierge GmbH',
        lines: ['Ringstraße 1', '1010 Wien', 'Austria'],
        taxId: 'ATU12345678',
      }}
      buyer={{
        name: 'Bauer und Söhne Vermögensverwaltungsgesellschaft mbH',
        lines: ['Hauptstraße 12', '10115 Berlin', 'Germany'],
        taxId: 'DE123456789',
      }}
      issuedOn="2026-06-01"
      dueOn="2026-06-15"
      currency="EUR"
      lines={[
        {
          id: '1',
          description: 'Professional',
          period: { start: '2026-06-01', end: '2026-07-01' },
          quantity: '1',
          unitPrice: '59.00',
          amountMinor: '5900',
        },
        {
          id: '2',
          description: 'API calls beyond 10,000',
          period: { start: '2026-05-01', end: '2026-06-01' },
          quantity: <Quantity value="2313" />,
          unitPrice: '0.0045',
          amountMinor: '1041',
          explanation: (
            <KeyValue
              layout="sum"
              items={[
                { label: '12,313 calls less 10,000 included', value: '2,313' },
                { label: '2,313 × 0.0045 EUR', value: '10.4085' },
                { label: 'rounded to the cent, half away from zero', value: '10.41', strong: true },
              ]}
            />
          ),
        },
        { id: '3', description: 'Credit for 9 unused days of Starter', amountMinor: '-870' },
      ]}
      subtotalMinor="6071"
      taxes={[{ label: 'VAT 20 %', baseMinor: '6071', amountMinor: '1214' }]}
      totalMinor="7285"
      deductions={[{ label: 'Paid by card on 1 Jun', amountMinor: '-7285' }]}
      amountDueMinor="0"
      notes="Thank you. Questions: billing@concierge.example"
    />
  );
}
