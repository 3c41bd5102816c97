import type { CreditAllowance, CreditCost, CreditPack, CreditType } from '@billhook/sdk/generated/types';
import { useFilters } from '@billhook/ui/address';
import { Button } from '@billhook/ui/button';
import { CreditAmount } from '@billhook/ui/credit-amount';
import { CREDIT_INTERVALS } from '@billhook/ui/credit-words';
import { DataTable } from '@billhook/ui/data-table';
import { DateText } from '@billhook/ui/date-text';
import { SideSheet } from '@billhook/ui/dialog';
import { Money, Quantity } from '@billhook/ui/money';
import { Section } from '@billhook/ui/page-header';
import { Badge } from '@billhook/ui/status';
import type { Column } from '@billhook/ui/table-model';
import type { ReactNode } from 'react';
import { ProblemState } from '../../lib/problem.tsx';
import { ROLES, useMay } from '../../lib/scope.tsx';
import { useFeatures, usePlans } from '../catalog/queries.ts';
import { AllowanceForm, CostForm, PackForm, TypeForm } from './catalogue-forms.tsx';
import { useCreditAllowances, useCreditCosts, useCreditPacks, useCreditTypes } from './queries.ts';

const NONE = <span className="text-faint">–</span>;
const FORMS: Readonly<Record<string, { title: string; form: (onClose: () => void) => ReactNode }>> = {
  type: { title: 'Create credit type', form: (onClose) => <TypeForm onClose={onClose} /> },
  cost: { title: 'Set what a feature costs', form: (onClose) => <CostForm onClose={onClose} /> },
  pack: { title: 'Put credits on sale', form: (onClose) => <PackForm onClose={onClose} /> },
  allowance: { title: 'Set what a plan grants', form: (onClose) => <AllowanceForm onClose={onClose} /> },
};

/** What credits are counted in, what features cost, what is sold and what plans grant. */
export function CreditCatalogue() {
  const [filters, change] = useFilters();
  const types = useCreditTypes();
  const typeOf = (key: string) =>
    types.data?.data.find((type) => type.key === key) ?? { unit: key, currency: null };
  const features = useFeatures();
  const plans = usePlans(true);
  const nameOf = (rows: readonly { key: string; name: string }[] | undefined) => (key: string) =>
    rows?.find((row) => row.key === key)?.name ?? key;
  const close = () => change({ credit: undefined });
  const open = FORMS[filters.credit ?? ''];
  return (
    <div className="flex flex-col gap-8">
      <Part title="Credit types" form="type" verb="Create credit type" read={types} columns={TYPES} />
      <Part
        title="What features cost"
        form="cost"
        verb="Set a cost"
        read={useCreditCosts()}
        columns={costColumns(typeOf, nameOf(features.data?.data))}
      />
      <Part
        title="What plans grant"
        form="allowance"
        verb="Set an allowance"
        read={useCreditAllowances()}
        columns={allowanceColumns(typeOf, nameOf(plans.data?.data))}
      />
      <Part
        title="What customers can buy"
        form="pack"
        verb="Put credits on sale"
        read={useCreditPacks()}
        columns={packColumns(typeOf)}
      />
      <SideSheet
        open={open !== undefined}
        onOpenChange={(next) => {
          if (!next) close();
        }}
        title={open?.title ?? ''}
      >
        {open?.form(close)}
      </SideSheet>
    </div>
  );
}

interface PartProps<Row extends { id: string }> {
  readonly title: string;
  readonly form: string;
  readonly verb: string;
  readonly columns: readonly Column<Row>[];
  readonly read: {
    readonly data: { readonly data: readonly Row[] } | undefined;
    readonly error: Error | null;
    readonly isPending: boolean;
    readonly refetch: () => unknown;
  };
}

function Part<Row extends { id: string }>({ title, form, verb, columns, read }: PartProps<Row>) {
  const [, change] = useFilters();
  const mayBuild = useMay(ROLES.builders);
  return (
    <Section
      title={title}
      actions={mayBuild ? <Button onClick={() => change({ credit: form })}>{verb}</Button> : null}
    >
      <DataTable
        label={title}
        hotkeys={false}
        columns={columns}
        rows={read.data?.data ?? []}
        loading={read.isPending}
        loadingRows={2}
        rowKey={({ id }) => id}
        error={
          read.error && !read.data ? (
            <ProblemState error={read.error} onRetry={() => void read.refetch()} compact />
          ) : undefined
        }
        empty={<p className="py-3 text-muted">None yet.</p>}
      />
    </Section>
  );
}

const TYPES: readonly Column<CreditType>[] = [
  {
    key: 'name',
    header: 'Credits',
    fill: true,
    cell: ({ name, key }) => (
      <span className="flex items-center gap-2">
        {name} <span className="font-mono text-sm text-faint max-sm:hidden">{key}</span>
      </span>
    ),
  },
  { key: 'unit', header: 'Counted in', cell: ({ unit, currency }) => currency ?? unit },
  {
    key: 'low',
    header: 'Told below',
    numeric: true,
    wideOnly: true,
    cell: (type) => (type.lowAt === null ? NONE : <CreditAmount value={type.lowAt} type={type} />),
  },
];

type TypeOf = (key: string) => { unit: string; currency: string | null };

const STATES = { current: null, ahead: <Badge tone="info">Ahead</Badge>, past: <Badge>Past</Badge> } as const;

function costColumns(typeOf: TypeOf, nameOf: (key: string) => string): Column<CreditCost>[] {
  return [
    {
      key: 'feature',
      header: 'Feature',
      fill: true,
      cell: ({ feature, status }) => (
        <span className="flex items-center gap-2">
          {nameOf(feature)} {STATES[status]}
        </span>
      ),
    },
    {
      key: 'cost',
      header: 'A unit costs',
      numeric: true,
      cell: ({ perUnit, creditType }) => <CreditAmount value={perUnit} type={typeOf(creditType)} />,
    },
    {
      key: 'beyond',
      header: 'Used up',
      wideOnly: true,
      cell: ({ beyond }) => (
        <span className="whitespace-nowrap">{beyond === 'block' ? 'Refused' : 'Goes on, is owed'}</span>
      ),
    },
    {
      key: 'from',
      header: 'From',
      wideOnly: true,
      cell: ({ effectiveAt }) => <DateText value={effectiveAt} />,
    },
  ];
}

function allowanceColumns(typeOf: TypeOf, nameOf: (key: string) => string): Column<CreditAllowance>[] {
  return [
    { key: 'plan', header: 'Plan', fill: true, cell: ({ plan }) => nameOf(plan) },
    {
      key: 'amount',
      header: 'Grants',
      numeric: true,
      cell: ({ amount, creditType }) => <CreditAmount value={amount} type={typeOf(creditType)} />,
    },
    {
      key: 'interval',
      header: 'How often',
      cell: ({ interval }) => <span className="whitespace-nowrap">{CREDIT_INTERVALS[interval]}</span>,
    },
    {
      key: 'rollover',
      header: 'Rolls over',
      wideOnly: true,
      cell: ({ rolloverPeriods, rolloverMax }) =>
        rolloverPeriods === 0 ? (
          NONE
        ) : (
          <span className="whitespace-nowrap">
            {rolloverPeriods === null
              ? 'Always'
              : rolloverPeriods === 1
                ? 'Once'
                : `${rolloverPeriods} times`}
            {rolloverMax === null ? null : (
              <>
                , up to <Quantity value={rolloverMax} />
              </>
            )}
          </span>
        ),
    },
    {
      key: 'from',
      header: 'From',
      wideOnly: true,
      cell: ({ effectiveAt }) => <DateText value={effectiveAt} />,
    },
  ];
}

function packColumns(typeOf: TypeOf): Column<CreditPack>[] {
  return [
    {
      key: 'name',
      header: 'Pack',
      fill: true,
      cell: ({ name, archivedAt }) => (
        <span className="flex items-center gap-2">
          {name} {archivedAt === null ? null : <Badge>Off sale</Badge>}
        </span>
      ),
    },
    {
      key: 'amount',
      header: 'Credits',
      numeric: true,
      wideOnly: true,
      cell: ({ amount, creditType }) => <CreditAmount value={amount} type={typeOf(creditType)} />,
    },
    {
      key: 'price',
      header: 'Price',
      numeric: true,
      cell: ({ price, currency }) => <Money amountMinor={price} currency={currency} />,
    },
    {
      key: 'life',
      header: 'Lives',
      wideOnly: true,
      cell: ({ expiresAfterDays }) => (
        <span className="whitespace-nowrap">
          {expiresAfterDays === null ? 'For ever' : `${expiresAfterDays} days`}
        </span>
      ),
    },
  ];
}
