import { counted } from '@billhook/core/kernel/counted';
import type { CreditAllowance, CreditCost, CreditPack, CreditType } from '@billhook/sdk/generated/types';
import { CreditAmount } from '@billhook/ui/credit-amount';
import { type CreditUnit, creditDecimals } from '@billhook/ui/credit-figures';
import { CREDIT_INTERVALS } from '@billhook/ui/credit-words';
import { DateText } from '@billhook/ui/date-text';
import { Money } from '@billhook/ui/money';
import { Badge } from '@billhook/ui/status';
import type { Column } from '@billhook/ui/table-model';
import { unitWord } from '@billhook/ui/unit-words';
import type { ReactNode } from 'react';

/** What a kind of credits is counted in, by its key. */
export type TypeOf = (key: string) => CreditUnit;
type NameOf = (key: string) => string;

const NONE = <span className="text-faint">–</span>;
const STATES = { current: null, ahead: <Badge tone="info">Ahead</Badge>, past: <Badge>Past</Badge> } as const;

/** What a row is called, which key it has, and what else is to be known of it. */
function Named({ name, id, mark }: { name: string; id: string; mark?: ReactNode }) {
  return (
    <span className="flex min-w-0 items-center gap-2">
      <span className="truncate">{name}</span>
      {id === name ? null : <span className="font-mono text-sm text-faint max-sm:hidden">{id}</span>}
      {mark}
    </span>
  );
}

/** A column of amounts of credits, digit under digit. */
function amounts<Row extends { creditType: string }>(
  header: string,
  rows: readonly Row[],
  typeOf: TypeOf,
  amountOf: (row: Row) => string,
): Column<Row> {
  const decimals = creditDecimals(
    rows.map((row) => ({ value: amountOf(row), type: typeOf(row.creditType) })),
  );
  return {
    key: 'amount',
    header,
    numeric: true,
    cell: (row) => (
      <CreditAmount
        value={amountOf(row)}
        type={typeOf(row.creditType)}
        decimals={decimals(typeOf(row.creditType))}
      />
    ),
  };
}

/** From when on a version holds. */
function since<Row extends { effectiveAt: string }>(): Column<Row> {
  return {
    key: 'from',
    header: 'From',
    wideOnly: true,
    cell: ({ effectiveAt }) => <DateText value={effectiveAt} />,
  };
}

export const TYPES: readonly Column<CreditType>[] = [
  { key: 'name', header: 'Credits', fill: true, cell: ({ name, key }) => <Named name={name} id={key} /> },
  { key: 'unit', header: 'Counted in', cell: ({ unit, currency }) => currency ?? unit },
  {
    key: 'low',
    header: 'Warns below',
    numeric: true,
    wideOnly: true,
    cell: (type) => (type.lowAt === null ? NONE : <CreditAmount value={type.lowAt} type={type} />),
  },
];

export function costColumns(
  rows: readonly CreditCost[],
  typeOf: TypeOf,
  nameOf: NameOf,
): Column<CreditCost>[] {
  return [
    {
      key: 'feature',
      header: 'Feature',
      fill: true,
      cell: ({ feature, status }) => <Named name={nameOf(feature)} id={feature} mark={STATES[status]} />,
    },
    amounts('One unit costs', rows, typeOf, ({ perUnit }) => perUnit),
    {
      key: 'beyond',
      header: 'Once used up',
      wideOnly: true,
      cell: ({ beyond }) => (
        <span className="whitespace-nowrap">{beyond === 'block' ? 'Stops' : 'Goes on and is owed'}</span>
      ),
    },
    since(),
  ];
}

export function allowanceColumns(
  rows: readonly CreditAllowance[],
  typeOf: TypeOf,
  nameOf: NameOf,
): Column<CreditAllowance>[] {
  return [
    { key: 'plan', header: 'Plan', fill: true, cell: ({ plan }) => <Named name={nameOf(plan)} id={plan} /> },
    amounts('Grants', rows, typeOf, ({ amount }) => amount),
    { key: 'interval', header: 'How often', cell: ({ interval }) => CREDIT_INTERVALS[interval] },
    {
      key: 'rollover',
      header: 'Rolls over',
      wideOnly: true,
      cell: ({ rolloverPeriods, rolloverMax, creditType }) =>
        rolloverPeriods === 0 ? (
          NONE
        ) : (
          <span className="whitespace-nowrap">
            {rolloverPeriods === null
              ? 'Always'
              : rolloverPeriods === 1
                ? 'Once'
                : counted(rolloverPeriods, 'time')}
            {rolloverMax === null ? null : (
              <>
                , up to <CreditAmount value={rolloverMax} type={typeOf(creditType)} />
              </>
            )}
          </span>
        ),
    },
    since(),
  ];
}

export function packColumns(rows: readonly CreditPack[], typeOf: TypeOf): Column<CreditPack>[] {
  return [
    {
      key: 'name',
      header: 'Pack',
      fill: true,
      cell: ({ name, key, archivedAt }) => (
        <Named name={name} id={key} mark={archivedAt === null ? null : <Badge>Off sale</Badge>} />
      ),
    },
    { ...amounts('Credits', rows, typeOf, ({ amount }) => amount), wideOnly: true },
    {
      key: 'price',
      header: 'Price',
      numeric: true,
      cell: ({ price, currency }) => <Money amountMinor={price} currency={currency} />,
    },
    {
      key: 'life',
      header: 'Expire',
      wideOnly: true,
      cell: ({ expiresAfterDays }) => (
        <span className="whitespace-nowrap">
          {expiresAfterDays === null
            ? 'Never'
            : `After ${expiresAfterDays} ${unitWord(`${expiresAfterDays}`, 'days')}`}
        </span>
      ),
    },
  ];
}
