import { counted } from '@billhook/core/kernel/counted';
import type { CreditBalance, CreditPack } from '@billhook/sdk/generated/types';
import { CreditAmount } from '@billhook/ui/credit-amount';
import { Status } from '@billhook/ui/status';

interface ReloadTextProps {
  readonly reload: NonNullable<CreditBalance['reload']>;
  readonly type: CreditBalance['creditType'];
  readonly packs: readonly CreditPack[];
}

/** What the customer agreed to buy by itself. */
export function ReloadText({ reload, type, packs }: ReloadTextProps) {
  const { enabled, suspendedAt, threshold, pack, failedPayments } = reload;
  const name = packs.find(({ key }) => key === pack)?.name ?? pack;
  if (!enabled) return <p className="pt-3 text-sm text-muted">Automatic reload is off.</p>;
  return (
    <p className="flex flex-wrap gap-x-3 gap-y-1 pt-3 text-sm text-muted">
      <Status tone={suspendedAt === null ? 'ok' : 'problem'}>
        {suspendedAt === null ? 'Automatic reload is on' : 'Automatic reload is suspended'}
      </Status>
      <span>
        Buys {name} once fewer than <CreditAmount value={threshold} type={type} /> are left.
        {failedPayments === 0
          ? null
          : failedPayments === 1
            ? ' The last payment failed.'
            : ` The last ${counted(failedPayments, 'payment')} failed.`}
      </span>
    </p>
  );
}
