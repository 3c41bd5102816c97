import type { PaymentTry } from '@billhook/sdk/generated/types';
import { useFilters } from '@billhook/ui/address';
import { DateText } from '@billhook/ui/date-text';
import { TextLink } from '@billhook/ui/link';
import { Status, type Tone } from '@billhook/ui/status';
import type { Column } from '@billhook/ui/table-model';
import { ChoiceFilter, FilterBar } from '../../lib/filter-bar.tsx';
import { ListTable } from '../../lib/list-table.tsx';
import { useCursorList } from '../../lib/lists.ts';
import { useScope } from '../../lib/scope.tsx';

const VERDICTS: Readonly<Record<PaymentTry['verdict'], { tone: Tone; word: string }>> = {
  allow: { tone: 'ok', word: 'Let through' },
  flag: { tone: 'attention', word: 'Looks odd' },
  refuse: { tone: 'problem', word: 'Refused' },
};

const COLUMNS: readonly Column<PaymentTry>[] = [
  {
    key: 'when',
    header: 'When',
    phone: 'below',
    cell: ({ createdAt }) => <DateText value={createdAt} as="time" />,
  },
  {
    key: 'customer',
    header: 'Customer',
    phone: 'title',
    cell: ({ customer, customerName }) => (
      <span className="block max-w-52 truncate">
        <TextLink href={`/customers/${customer}`}>{customerName}</TextLink>
      </span>
    ),
  },
  {
    key: 'verdict',
    header: 'Verdict',
    phone: 'below',
    cell: ({ verdict }) => <Status tone={VERDICTS[verdict].tone}>{VERDICTS[verdict].word}</Status>,
  },
  {
    key: 'why',
    header: 'What was seen',
    fill: true,
    wideOnly: true,
    cell: ({ reasons, kind }) => (
      <span className="block truncate text-muted">
        {reasons.map(({ detail }) => detail).join(' ') ||
          (kind === 'page' ? 'A payment page was opened.' : 'A card was added.')}
      </span>
    ),
  },
  { key: 'from', header: 'From', wideOnly: true, cell: ({ address }) => address ?? '–' },
];

/** Tries at paying with what was decided. */
export function TryTable() {
  const { api } = useScope();
  const [{ verdict }, change] = useFilters();
  const list = useCursorList<PaymentTry>(['tries', verdict ?? ''], (page, signal) =>
    api.paymentTries.list({ ...page, verdict: verdict as PaymentTry['verdict'] | undefined }, { signal }),
  );
  return (
    <>
      <FilterBar>
        <ChoiceFilter
          name="verdict"
          label="Verdict"
          all="Every verdict"
          options={Object.entries(VERDICTS).map(([value, { word }]) => ({ value, label: word }))}
        />
      </FilterBar>
      <ListTable
        label="Tries"
        columns={COLUMNS}
        list={list}
        dense
        hotkeys={false}
        rowKey={({ id }) => id}
        onClearFilters={verdict ? () => change({ verdict: undefined }) : undefined}
        empty={<p className="py-4 text-muted">Nobody has tried to pay yet.</p>}
      />
    </>
  );
}
