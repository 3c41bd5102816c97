import type { Plan } from '@billhook/sdk/generated/types';
import { DateText } from '@billhook/ui/date-text';
import { TextLink } from '@billhook/ui/link';
import { Money } from '@billhook/ui/money';
import { Section } from '@billhook/ui/page-header';
import type { Column } from '@billhook/ui/table-model';
import { ListTable } from '../../lib/list-table.tsx';
import { type MigrationRow, type MigrationWish, useMigrationPreview } from './use-migration.ts';

const COLUMNS: readonly Column<MigrationRow>[] = [
  {
    key: 'customer',
    header: 'Customer',
    fill: true,
    cell: ({ customer, customerName, fromVersion, refusal }) => (
      <>
        <TextLink href={`/customers/${customer}`}>{customerName}</TextLink>
        <span className="ms-2 text-sm text-faint">version {fromVersion}</span>
        {refusal === null ? null : (
          <span className="block text-sm whitespace-normal text-problem">Stays: {refusal.detail}</span>
        )}
      </>
    ),
  },
  {
    key: 'before',
    header: 'A month now',
    numeric: true,
    cell: ({ mrrBefore, currency }) => <Money amountMinor={mrrBefore} currency={currency} />,
  },
  {
    key: 'after',
    header: 'Then',
    numeric: true,
    cell: ({ mrrAfter, mrrBefore, currency, refusal }) =>
      refusal !== null || mrrAfter === mrrBefore ? (
        <span className="text-faint">the same</span>
      ) : (
        <>
          <span className="sm:hidden">→ </span>
          <Money amountMinor={mrrAfter} currency={currency} />
        </>
      ),
  },
  {
    key: 'due',
    header: 'Due today',
    numeric: true,
    wideOnly: true,
    cell: ({ dueToday, currency }) =>
      dueToday === '0' ? (
        <span className="text-faint">–</span>
      ) : (
        <Money amountMinor={dueToday} currency={currency} />
      ),
  },
  {
    key: 'at',
    header: 'From',
    cell: ({ effectiveAt, refusal }) =>
      effectiveAt === null || refusal !== null ? (
        <span className="text-faint">–</span>
      ) : (
        <DateText value={effectiveAt} />
      ),
  },
];

/** Who would pay what, before anybody is moved. */
export function MigrationPreview({ plan, wish }: { plan: Plan; wish: MigrationWish }) {
  const list = useMigrationPreview(plan.id, wish);
  return (
    <Section
      title="Who would pay what"
      description="Fixed prices a month at the seats of today; what is used comes on top."
    >
      <ListTable
        label="Who would pay what"
        columns={COLUMNS}
        list={list}
        dense
        hotkeys={false}
        loadingRows={4}
        rowKey={({ subscription }) => subscription}
        empty={
          <p className="py-4 text-muted">Nobody is on {wish.fromVersions ? 'that' : 'another'} version.</p>
        }
      />
    </Section>
  );
}
