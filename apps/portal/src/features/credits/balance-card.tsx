import type { CreditBalance, CreditGrant, CreditPack } from '@billhook/sdk/generated/types';
import { Button } from '@billhook/ui/button';
import { CreditAmount, ExpiryText } from '@billhook/ui/credit-amount';
import { creditDecimals } from '@billhook/ui/credit-figures';
import { CREDIT_SOURCES } from '@billhook/ui/credit-words';
import { DataTable } from '@billhook/ui/data-table';
import { DateText } from '@billhook/ui/date-text';
import { Dialog } from '@billhook/ui/dialog';
import { Section } from '@billhook/ui/page-header';
import { Status } from '@billhook/ui/status';
import type { Column } from '@billhook/ui/table-model';
import { useState } from 'react';
import { useMembership } from '../../lib/portal.tsx';
import { LowMarkForm } from './low-mark-form.tsx';
import { ReloadForm } from './reload-form.tsx';

interface BalanceCardProps {
  readonly balance: CreditBalance;
  readonly packs: readonly CreditPack[];
}

/** One kind of credits: how much, from where, and until when. */
export function BalanceCard({ balance, packs }: BalanceCardProps) {
  const { creditType, available, grants, purchasePending } = balance;
  return (
    <Section
      title={creditType.name}
      description={purchasePending ? 'A purchase waits for its payment.' : undefined}
      actions={
        <span className="flex flex-wrap items-center gap-3">
          <LowMark balance={balance} />
          <Reload balance={balance} packs={packs} />
        </span>
      }
    >
      <p className="figure pb-3">
        <CreditAmount value={available} type={creditType} />
      </p>
      <DataTable
        label={`Where ${creditType.name} come from`}
        rows={grants}
        rowKey={({ id }) => id}
        columns={columnsOf(balance)}
        empty={<p className="py-4 text-muted">Nothing is left.</p>}
      />
    </Section>
  );
}

function columnsOf({ creditType: type, grants }: CreditBalance): Column<CreditGrant>[] {
  const decimals = creditDecimals(grants.map(({ left }) => ({ value: left, type })))(type);
  return [
    {
      key: 'source',
      header: 'From',
      fill: true,
      cell: ({ source, running, effectiveAt, featureNames }) => (
        <span className="flex min-w-0 flex-wrap items-center gap-x-2">
          {CREDIT_SOURCES[source]}
          {featureNames ? <span className="text-faint">for {featureNames.join(', ')}</span> : null}
          {running ? null : (
            <span className="text-faint">
              from <DateText value={effectiveAt} />
            </span>
          )}
        </span>
      ),
    },
    {
      key: 'left',
      header: 'Left',
      numeric: true,
      cell: ({ left }) => <CreditAmount value={left} type={type} decimals={decimals} />,
    },
    {
      key: 'expires',
      header: 'Expires',
      cell: ({ expiresAt }) => <ExpiryText at={expiresAt} />,
    },
  ];
}

/** Below how many credits one is told. */
function LowMark({ balance }: { balance: CreditBalance }) {
  const { mayPay } = useMembership();
  const [open, setOpen] = useState(false);
  if (!mayPay) return null;
  return (
    <>
      <Button size="sm" onClick={() => setOpen(true)}>
        Low balance
      </Button>
      <Dialog open={open} onOpenChange={setOpen} title={`When ${balance.creditType.name} run low`}>
        {open ? <LowMarkForm balance={balance} onClose={() => setOpen(false)} /> : null}
      </Dialog>
    </>
  );
}

/** Whether credits are bought by themselves; owners and admins decide it. */
function Reload({ balance, packs }: BalanceCardProps) {
  const { mayPay } = useMembership();
  const [open, setOpen] = useState(false);
  const { reload, creditType } = balance;
  const own = packs.filter((pack) => pack.creditType === creditType.key);
  if (own.length === 0) return null;
  const isOn = reload?.enabled === true;
  const suspended = isOn && reload.suspendedAt !== null;
  return (
    <span className="flex flex-wrap items-center gap-3 text-sm">
      <Status tone={suspended ? 'problem' : isOn ? 'ok' : 'neutral'}>
        {suspended
          ? 'Automatic reload stopped: payments failed'
          : isOn
            ? 'Reloads by itself'
            : 'No automatic reload'}
      </Status>
      {mayPay ? (
        <Button size="sm" onClick={() => setOpen(true)}>
          Automatic reload
        </Button>
      ) : null}
      <Dialog open={open} onOpenChange={setOpen} title={`Buy ${creditType.name} automatically?`}>
        {open ? <ReloadForm balance={balance} packs={own} onClose={() => setOpen(false)} /> : null}
      </Dialog>
    </span>
  );
}
