import type { Coupon } from '@billhook/sdk/generated/types';
import { useFilters } from '@billhook/ui/address';
import { Button } from '@billhook/ui/button';
import { Switch } from '@billhook/ui/choice';
import { DataTable } from '@billhook/ui/data-table';
import { DateText } from '@billhook/ui/date-text';
import { SideSheet } from '@billhook/ui/dialog';
import { Badge } from '@billhook/ui/status';
import type { Column } from '@billhook/ui/table-model';
import { toast } from '@billhook/ui/toast';
import { useCommand } from '../../lib/command.ts';
import { ProblemState } from '../../lib/problem.tsx';
import { ROLES, useMay, useScope } from '../../lib/scope.tsx';
import { CouponForm } from './coupon-form.tsx';
import { CouponValueText, durationText, redemptionText } from './coupon-text.tsx';
import { useCoupons } from './queries.ts';

const COLUMNS: readonly Column<Coupon>[] = [
  {
    key: 'name',
    header: 'Coupon',
    fill: true,
    cell: ({ name, key, archivedAt }) => (
      <span className="flex items-center gap-2">
        {name} <span className="font-mono text-sm text-faint max-sm:hidden">{key}</span>
        {archivedAt ? <Badge>Archived</Badge> : null}
      </span>
    ),
  },
  {
    key: 'value',
    header: 'Takes off',
    cell: ({ value }) => (
      <span className="whitespace-nowrap">
        <CouponValueText value={value} />
      </span>
    ),
  },
  {
    key: 'duration',
    header: 'For',
    wideOnly: true,
    cell: ({ duration }) => <span className="whitespace-nowrap">{durationText(duration)}</span>,
  },
  {
    key: 'plans',
    header: 'Plans',
    wideOnly: true,
    cell: ({ plans }) => (plans.length === 0 ? <span className="text-faint">All</span> : plans.join(', ')),
  },
  {
    key: 'until',
    header: 'Until',
    wideOnly: true,
    cell: ({ redeemBy }) =>
      redeemBy === null ? <span className="text-faint">–</span> : <DateText value={redeemBy} />,
  },
  { key: 'redemptions', header: 'Redeemed', numeric: true, cell: redemptionText },
];

/** What lowers a price, made, listed and taken off offer. What was given keeps its terms. */
export function CouponTable() {
  const [filters, change] = useFilters();
  const mayBuild = useMay(ROLES.builders);
  const archived = filters.archived === '1';
  const coupons = useCoupons(archived);
  const close = () => change({ newCoupon: undefined });
  const columns = mayBuild ? [...COLUMNS, ARCHIVE] : COLUMNS;
  return (
    <div className="flex flex-col gap-6">
      <div>
        {mayBuild ? (
          <div className="pb-3">
            <Button onClick={() => change({ newCoupon: '1' })}>Create coupon</Button>
          </div>
        ) : null}
        <DataTable
          label="Coupons"
          columns={columns}
          rows={coupons.data?.data ?? []}
          loading={coupons.isPending}
          loadingRows={4}
          rowKey={({ id }) => id}
          error={
            coupons.error && !coupons.data ? (
              <ProblemState error={coupons.error} onRetry={() => void coupons.refetch()} />
            ) : undefined
          }
          empty={
            <p className="py-4 text-muted">
              No coupons yet. Customers type one at the checkout, or you give one to a subscription.
            </p>
          }
        />
      </div>
      <Switch
        label="Show archived coupons"
        checked={archived}
        onCheckedChange={(on) => change({ archived: on ? '1' : undefined })}
      />
      <SideSheet
        open={filters.newCoupon === '1'}
        onOpenChange={(next) => {
          if (!next) close();
        }}
        title="Create coupon"
        description="What it takes off, from what and for how long never changes."
      >
        {filters.newCoupon === '1' ? <CouponForm onClose={close} /> : null}
      </SideSheet>
    </div>
  );
}

const ARCHIVE: Column<Coupon> = {
  key: 'archive',
  header: <span className="sr-only">Archive</span>,
  cell: (coupon) => <ArchiveButton coupon={coupon} />,
};

function ArchiveButton({ coupon }: { coupon: Coupon }) {
  const { api } = useScope();
  const archived = coupon.archivedAt !== null;
  const archive = useCommand(
    (next: boolean) => api.coupons.update(coupon.id, { archived: next }),
    (_, next) =>
      toast(next ? `${coupon.name} is not offered any more.` : `${coupon.name} is offered again.`, {
        detail: 'Who was given it keeps it.',
      }),
  );
  return (
    <Button size="sm" variant="quiet" busy={archive.busy} onClick={() => archive.run(!archived)}>
      {archived ? 'Offer again' : 'Archive'}
      <span className="sr-only">: {coupon.name}</span>
    </Button>
  );
}
