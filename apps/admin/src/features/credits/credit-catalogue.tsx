import { useFilters } from '@billhook/ui/address';
import { Button } from '@billhook/ui/button';
import { DataTable } from '@billhook/ui/data-table';
import { SideSheet } from '@billhook/ui/dialog';
import { Section } from '@billhook/ui/page-header';
import type { Column } from '@billhook/ui/table-model';
import type { ReactNode } from 'react';
import { ProblemState } from '../../lib/problem.tsx';
import { ROLES, useMay } from '../../lib/scope.tsx';
import { useFeatureNames, usePlanNames } from '../catalog/queries.ts';
import { allowanceColumns, costColumns, packColumns, TYPES, type TypeOf } from './catalogue-columns.tsx';
import { AllowanceForm, CostForm, PackForm, TypeForm } from './catalogue-forms.tsx';
import { useCreditAllowances, useCreditCosts, useCreditPacks, useCreditTypes } from './queries.ts';

interface Act {
  /** What the button says, and the sheet that it opens. */
  readonly verb: string;
  readonly form: (onClose: () => void) => ReactNode;
}

const ACTS: Readonly<Record<string, Act>> = {
  type: { verb: 'Create credit type', form: (onClose) => <TypeForm onClose={onClose} /> },
  cost: { verb: 'Set what a feature costs', form: (onClose) => <CostForm onClose={onClose} /> },
  allowance: { verb: 'Set what a plan grants', form: (onClose) => <AllowanceForm onClose={onClose} /> },
  pack: { verb: 'Put credits on sale', form: (onClose) => <PackForm onClose={onClose} /> },
};

/** What credits are counted in, what features cost, what is sold and what plans grant. */
export function CreditCatalogue() {
  const [filters, change] = useFilters();
  const types = useCreditTypes();
  const costs = useCreditCosts();
  const allowances = useCreditAllowances();
  const packs = useCreditPacks();
  const featureName = useFeatureNames();
  const planName = usePlanNames();
  const typeOf: TypeOf = (key) =>
    types.data?.data.find((type) => type.key === key) ?? { unit: key, currency: null };
  const close = () => change({ credit: undefined });
  const open = ACTS[filters.credit ?? ''];
  const costRows = costs.data?.data ?? [];
  const allowanceRows = allowances.data?.data ?? [];
  const packRows = packs.data?.data ?? [];
  return (
    <div className="flex flex-col gap-8">
      <Part
        title="Credit types"
        act="type"
        read={types}
        columns={TYPES}
        empty="None yet. A type says what credits are called, such as AI credits, or that they are money."
      />
      <Part
        title="What features cost"
        act="cost"
        read={costs}
        columns={costColumns(costRows, typeOf, featureName)}
        empty="No feature costs credits yet."
      />
      <Part
        title="What plans grant"
        act="allowance"
        read={allowances}
        columns={allowanceColumns(allowanceRows, typeOf, planName)}
        empty="No plan grants credits yet."
      />
      <Part
        title="What customers can buy"
        act="pack"
        read={packs}
        columns={packColumns(packRows, typeOf)}
        empty="Nothing is on sale yet."
      />
      <SideSheet
        open={open !== undefined}
        onOpenChange={(next) => {
          if (!next) close();
        }}
        title={open?.verb ?? ''}
      >
        {open?.form(close)}
      </SideSheet>
    </div>
  );
}

interface PartProps<Row extends { id: string }> {
  readonly title: string;
  readonly act: string;
  readonly columns: readonly Column<Row>[];
  readonly empty: string;
  readonly read: {
    readonly data: { readonly data: readonly Row[] } | undefined;
    readonly error: Error | null;
    readonly isPending: boolean;
    readonly refetch: () => unknown;
  };
}

function Part<Row extends { id: string }>({ title, act, columns, empty, read }: PartProps<Row>) {
  const [, change] = useFilters();
  const mayBuild = useMay(ROLES.builders);
  return (
    <Section
      title={title}
      actions={mayBuild ? <Button onClick={() => change({ credit: act })}>{ACTS[act]?.verb}</Button> : null}
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
        empty={<p className="py-3 text-muted">{empty}</p>}
      />
    </Section>
  );
}
