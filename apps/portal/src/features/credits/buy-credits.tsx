import type { CreditPack, CreditPurchase } from '@billhook/sdk/generated/types';
import { useGo } from '@billhook/ui/address';
import { Button } from '@billhook/ui/button';
import { formatMoney } from '@billhook/ui/format';
import { useLocale } from '@billhook/ui/locale';
import { Money } from '@billhook/ui/money';
import { Card, Section } from '@billhook/ui/page-header';
import { toast } from '@billhook/ui/toast';
import { useCommand } from '../../lib/command.ts';
import { useMembership } from '../../lib/portal.tsx';
import { ProblemBox } from '../../lib/problem.tsx';

/** What can be bought. It is paid like any invoice, and there once it is paid. */
export function BuyCredits({ packs }: { packs: readonly CreditPack[] }) {
  const { mayPay, api, base } = useMembership();
  const { locale } = useLocale();
  const go = useGo();
  const buy = useCommand(
    (pack: string, options) => api.credits.buy({ pack }, options),
    (purchase: CreditPurchase) => {
      toast('Bought. The credits are there once the invoice is paid.');
      go(`${base}/invoices/${purchase.invoice}`);
    },
  );
  return (
    <Section title="Buy credits" description="Plus tax where it applies, on an invoice of its own.">
      <div className="mb-3 empty:hidden">
        <ProblemBox error={buy.error} />
      </div>
      <ul className="grid gap-3 sm:grid-cols-2">
        {packs.map(({ id, key, name, price, currency, expiresAfterDays }) => (
          <li key={id}>
            <Card className="flex h-full flex-col gap-3">
              <span className="font-medium">{name}</span>
              <span className="flex items-baseline justify-between gap-3 text-sm text-muted">
                <Money amountMinor={price} currency={currency} className="text-md text-text" />
                {expiresAfterDays === null ? 'Never expires' : `Expires after ${expiresAfterDays} days`}
              </span>
              {mayPay ? (
                <Button busy={buy.busy} onClick={() => buy.run(key)}>
                  Buy for {formatMoney(price, currency, locale).full}
                  <span className="sr-only">: {name}</span>
                </Button>
              ) : (
                <span className="text-sm text-muted">An owner or admin of your company can buy it.</span>
              )}
            </Card>
          </li>
        ))}
      </ul>
    </Section>
  );
}
