import { Inbox, MoreHorizontal, Pencil, Plus, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { Button, IconButton, LinkButton } from '../src/button.tsx';
import { CodeBlock } from '../src/code-block.tsx';
import { CommandMenu } from '../src/command-menu.tsx';
import { CopyText } from '../src/copy-text.tsx';
import { DateText, PeriodText } from '../src/date-text.tsx';
import { Dialog, DialogClose, SideSheet } from '../src/dialog.tsx';
import { EmptyState } from '../src/empty-state.tsx';
import { ErrorState } from '../src/error-state.tsx';
import { KeyValue } from '../src/key-value.tsx';
import { KeyboardHelp } from '../src/keyboard-help.tsx';
import { Menu } from '../src/menu.tsx';
import { Money, Percent, Quantity } from '../src/money.tsx';
import { Card, Section } from '../src/page-header.tsx';
import { Segmented } from '../src/segmented.tsx';
import { SkeletonText } from '../src/skeleton.tsx';
import { Badge, Banner, Status } from '../src/status.tsx';
import { StepList } from '../src/step-list.tsx';
import { Tabs } from '../src/tabs.tsx';
import { toast } from '../src/toast.tsx';
import { Frame, Row } from './frame.tsx';

export function BasicsPage() {
  return (
    <Frame title="Basics">
      <Section title="Buttons">
        <Row>
          <Button variant="primary">Change plan, pay 12.40 EUR today</Button>
          <Button icon={Plus}>Add customer</Button>
          <Button variant="quiet">Cancel</Button>
          <Button variant="danger">Void invoice</Button>
          <Button busy>Save changes</Button>
          <Button disabled>Not possible</Button>
          <Button size="sm">Small</Button>
          <Button size="lg">Large</Button>
          <LinkButton href="#there">A link</LinkButton>
          <IconButton icon={Pencil} label="Edit" />
        </Row>
      </Section>
      <Section title="Numbers and dates">
        <div className="grid gap-6 sm:grid-cols-2">
          <Amounts />
          <Dates />
        </div>
      </Section>
      <Section title="States">
        <Row>
          <Status tone="ok">Paid</Status>
          <Status tone="attention">Past due</Status>
          <Status tone="problem">Failed</Status>
          <Status tone="info">Trial</Status>
          <Status tone="neutral">Draft</Status>
          <Badge>draft</Badge>
          <Badge tone="ok">live</Badge>
          <Badge tone="attention">sandbox</Badge>
          <Badge tone="problem">blocked</Badge>
          <Badge tone="info">new</Badge>
        </Row>
        <div className="mt-4 flex flex-col gap-3">
          <Banner
            tone="attention"
            title="Card declined: not enough funds."
            action={<Button>Use another card</Button>}
          >
            We try again on Tue 3 Mar, 09:00. Your access stays until Tue 10 Mar.
          </Banner>
          <Banner tone="info" title="Your trial ends on Tue 3 Mar." />
        </div>
      </Section>
      <Section title="What floats">
        <Floating />
      </Section>
      <Section title="Empty, waiting, failed">
        <div className="grid gap-4 md:grid-cols-3">
          <Card>
            <EmptyState
              icon={Inbox}
              title="No events yet"
              command={{
                label: 'cURL command',
                code: 'curl http://localhost:4000/v1/events -H "Authorization: Bearer $KEY" -d @event.json',
              }}
            >
              Send one and it appears here.
            </EmptyState>
          </Card>
          <Card>
            <SkeletonText lines={5} />
          </Card>
          <Card>
            <ErrorState
              compact
              title="The invoices could not be loaded."
              requestId="req_01jx8w7k3q4r5"
              onRetry={() => {}}
            >
              Nothing was changed. The server took too long to answer.
            </ErrorState>
          </Card>
        </div>
      </Section>
      <Section title="Structure">
        <Structure />
      </Section>
    </Frame>
  );
}

function Amounts() {
  const amounts = [
    ['1240', 'EUR'],
    ['-1240', 'EUR'],
    ['123456789', 'USD'],
    ['1500', 'JPY'],
    ['12345', 'KWD'],
    ['0', 'GBP'],
  ] as const;
  return (
    <table className="w-full">
      <tbody>
        {amounts.map(([amountMinor, currency]) => (
          <tr key={amountMinor + currency}>
            <th scope="row" className="text-start font-normal text-muted">
              {amountMinor} {currency}
            </th>
            <td className="py-0.5 text-end">
              <Money amountMinor={amountMinor} currency={currency} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Dates() {
  return (
    <KeyValue
      items={[
        { label: 'Date', value: <DateText value="2026-03-03T08:00:00Z" /> },
        { label: 'Planning', value: <DateText value="2026-03-03T08:00:00Z" as="weekday-time" /> },
        {
          label: 'Watching',
          value: <DateText value="2026-03-03T08:00:00Z" as="relative" now="2026-03-03T08:05:10Z" />,
        },
        { label: 'Period', value: <PeriodText start="2026-05-01" end="2026-06-01" /> },
        { label: 'Quantity', value: <Quantity value="2747282740" unit="requests" /> },
        { label: 'Bytes', value: <Quantity value="2747282740" unit="bytes" /> },
        { label: 'Share', value: <Percent ratio={-0.0312} plus /> },
        { label: 'Id', value: <CopyText text="sub_01jx8w7k3q4r5t6v7w8x9y0z1" /> },
      ]}
    />
  );
}

function Floating() {
  const [commands, setCommands] = useState(false);
  const [help, setHelp] = useState(false);
  const [query, setQuery] = useState('');
  return (
    <Row>
      <Dialog
        trigger={<Button>Open dialog</Button>}
        title="Void invoice INV-0042 over 35.11 EUR?"
        description="Emma Bauer owes nothing from it afterwards. The number stays used."
        actions={
          <>
            <DialogClose>
              <Button variant="quiet">Keep it</Button>
            </DialogClose>
            <Button variant="danger">Void invoice</Button>
          </>
        }
      />
      <SideSheet
        trigger={<Button>Open sheet</Button>}
        title="Emma Bauer"
        description="cus_01jx8w7k3q4r5"
        actions={<Button variant="primary">Save changes</Button>}
      >
        <KeyValue items={[{ label: 'Plan', value: 'Professional' }]} />
      </SideSheet>
      <Menu
        trigger={<IconButton icon={MoreHorizontal} label="More" />}
        actions={[
          { label: 'Edit', icon: Pencil, onSelect: () => {}, keys: 'e' },
          null,
          { label: 'Delete', icon: Trash2, danger: true, onSelect: () => {} },
        ]}
      />
      <Button
        onClick={() =>
          toast('Plan changed', { detail: 'From Tue 3 Mar.', undo: { label: 'Undo', onUndo: () => {} } })
        }
      >
        Show toast
      </Button>
      <Button onClick={() => setCommands(true)}>Command menu</Button>
      <Button onClick={() => setHelp(true)}>Keyboard help</Button>
      <CommandMenu
        open={commands}
        onOpenChange={setCommands}
        query={query}
        onQueryChange={setQuery}
        groups={[
          {
            title: 'Go to',
            items: [
              { id: 'customers', label: 'Customers', keys: 'g c', onSelect: () => {} },
              { id: 'invoices', label: 'Invoices', keys: 'g i', onSelect: () => {} },
            ],
          },
          {
            title: 'Customers',
            items: [{ id: 'cus_1', label: 'Emma Bauer', detail: 'cus_01jx', onSelect: () => {} }],
          },
        ]}
      />
      <KeyboardHelp
        open={help}
        onOpenChange={setHelp}
        groups={[
          {
            title: 'Everywhere',
            keys: [
              { keys: 'mod+k', does: 'Search' },
              { keys: '?', does: 'This help' },
            ],
          },
          {
            title: 'In lists',
            keys: [
              { keys: 'j', does: 'Next row' },
              { keys: 'Enter', does: 'Open' },
            ],
          },
        ]}
      />
    </Row>
  );
}

function Structure() {
  const [view, setView] = useState<'month' | 'year'>('month');
  return (
    <div className="grid gap-8 md:grid-cols-2">
      <Tabs
        label="Parts"
        tabs={[
          { key: 'lines', label: 'Lines', count: 12, content: <p>Twelve lines.</p> },
          { key: 'payments', label: 'Payments', content: <p>One payment.</p> },
          { key: 'history', label: 'History', content: <p>Nothing yet.</p> },
        ]}
      />
      <StepList
        steps={[
          { title: 'Make a plan', state: 'done' },
          {
            title: 'Send the first event',
            state: 'current',
            children: <CodeBlock label="Command" code="billhook events import requests.ndjson" />,
          },
          { title: 'Put in Stripe keys', state: 'todo' },
        ]}
      />
      <div>
        <Segmented
          label="Interval"
          value={view}
          onValueChange={setView}
          options={[
            { value: 'month', label: 'Monthly' },
            { value: 'year', label: 'Yearly' },
          ]}
        />
      </div>
    </div>
  );
}
