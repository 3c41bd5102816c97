import type { CreditPack, CreditPurchase } from '@billhook/sdk/generated/types';
import { useGo } from '@billhook/ui/address';
import { Button } from '@billhook/ui/button';
import { Dialog } from '@billhook/ui/dialog';
import { formatMoney } from '@billhook/ui/format';
import { useLocale } from '@billhook/ui/locale';
import { Money } from '@billhook/ui/money';
import { Card, Section } from '@billhook/ui/page-header';
import { toast } from '@billhook/ui/toast';
import { unitWord } from '@billhook/ui/unit-words';
import { useState } from 'react';
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
  const [asked, setAsked] = useState<CreditPack | null>(null);
  const priceOf = ({ price, currency }: CreditPack) => formatMoney(price, currency, locale).full;
  return (
    <Section title="Buy credits" description="Plus tax where it applies, on an invoice of its own.">
      <Dialog
        open={asked !== null}
        onOpenChange={(open) => {
          if (!open) setAsked(null);
        }}
        title={asked === null ? '' : `Buy ${asked.name} for ${priceOf(asked)}?`}
        description="Plus tax where it applies. Your default card is charged at once; without one you pay on the invoice."
        actions={
          <>
            <Button onClick={() => setAsked(null)}>Cancel</Button>
            <Button variant="primary" busy={buy.busy} onClick={() => asked && buy.run(asked.key)}>
              Buy now
            </Button>
          </>
        }
      >
        <ProblemBox error={buy.error} />
      </Dialog>
      <ul className="grid gap-3 sm:grid-cols-2">
        {packs.map((pack) => {
          const { id, name, price, currency, expiresAfterDays } = pack;
          return (
            <li key={id}>
              <Card className="flex h-full flex-col gap-3">
                <span className="font-medium">{name}</span>
                <span className="flex items-baseline justify-between gap-3 text-sm text-muted">
                  <Money amountMinor={price} currency={currency} className="text-md text-text" />
                  {expiresAfterDays === null
                    ? 'Never expires'
                    : `Expires after ${expiresAfterDays} ${unitWord(`${expiresAfterDays}`, 'days')}`}
                </span>
                {mayPay ? (
                  <Button onClick={() => setAsked(pack)}>
                    Buy for {priceOf(pack)}
                    <span className="sr-only">: {name}</span>
                  </Button>
                ) : (
                  <span className="text-sm text-muted">An owner or admin of your company can buy it.</span>
                )}
              </Card>
            </li>
          );
        })}
      </ul>
    </Section>
  );
}
