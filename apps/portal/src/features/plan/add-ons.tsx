import type { PublicPlan, Subscription } from '@billhook/sdk/generated/types';
import { Button } from '@billhook/ui/button';
import { DateText } from '@billhook/ui/date-text';
import { Dialog } from '@billhook/ui/dialog';
import { Section } from '@billhook/ui/page-header';
import { type ReactNode, useState } from 'react';
import { useMembership } from '../../lib/portal.tsx';
import { hasSeats } from '../pricing/offers.ts';
import { useCatalogue } from '../pricing/use-catalogue.ts';
import { type AddOnAct, AddOnDialog } from './add-on-dialog.tsx';
import { PlanPrice } from './plan-prices.tsx';

type Held = Subscription['addOns'][number];

/** What one has beside the plan and what one could have, each with its price and the buttons for it. */
export function AddOns({ subscription }: { subscription: Subscription }) {
  const { mayPay } = useMembership();
  const { data } = useCatalogue();
  const [act, setAct] = useState<AddOnAct | null>(null);
  const offered = (data?.addOns ?? []).filter((addOn) => isFor(addOn, subscription));
  const held = subscription.addOns;
  const free = offered.filter(({ key }) => !held.some(({ addOn }) => addOn.key === key));
  const acts = mayPay && subscription.status !== 'paused' && subscription.status !== 'canceled';
  if (held.length === 0 && (free.length === 0 || !acts)) return null;
  const close = () => setAct(null);
  return (
    <Section
      title="Add-ons"
      description="Taken beside your plan. You see what it costs before anything changes."
    >
      <ul className="border-t border-line">
        {held.map((one) => {
          const sold = offered.find(({ key }) => key === one.addOn.key);
          return (
            <Row
              key={one.addOn.id}
              name={`${one.quantity} × ${one.addOn.name}`}
              detail={<HeldDetail held={one} sold={sold} />}
              buttons={
                acts && one.endsAt === null ? <HeldButtons held={one} sold={sold} choose={setAct} /> : null
              }
            />
          );
        })}
        {acts
          ? free.map((addOn) => (
              <Row
                key={addOn.id}
                name={addOn.name}
                detail={<SoldDetail addOn={addOn} />}
                buttons={
                  <Button
                    size="sm"
                    aria-label={`${addOn.kind === 'one_off' ? 'Buy' : 'Add'} ${addOn.name}`}
                    onClick={() =>
                      setAct({ kind: 'take', addOn, counts: hasSeats(addOn), once: addOn.kind === 'one_off' })
                    }
                  >
                    {addOn.kind === 'one_off' ? 'Buy' : 'Add'}
                  </Button>
                }
              />
            ))
          : null}
      </ul>
      <Dialog
        open={act !== null}
        onOpenChange={(open) => (open ? undefined : close())}
        title={act === null ? '' : titleOf(act)}
      >
        {act === null ? null : <AddOnDialog act={act} subscription={subscription} onClose={close} />}
      </Dialog>
    </Section>
  );
}

/** Sold in the currency of the subscription and beside its plan. */
function isFor(addOn: PublicPlan, { plan, currency }: Subscription): boolean {
  const { offeredWith } = addOn;
  return addOn.currency === currency && (offeredWith.length === 0 || offeredWith.includes(plan.key));
}

function titleOf({ kind, addOn }: AddOnAct): string {
  if (kind === 'take') return `Add ${addOn.name}?`;
  return kind === 'count' ? `How many of ${addOn.name}?` : `Remove ${addOn.name}?`;
}

function Row({ name, detail, buttons }: { name: string; detail: ReactNode; buttons: ReactNode }) {
  return (
    <li className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 border-b border-line py-3">
      <div className="min-w-0">
        <p className="font-medium">{name}</p>
        <p className="text-muted">{detail}</p>
      </div>
      <div className="flex gap-2">{buttons}</div>
    </li>
  );
}

function SoldDetail({ addOn }: { addOn: PublicPlan }) {
  return (
    <>
      {addOn.kind === 'one_off' ? 'Charged once: ' : null}
      <PlanPrice plan={addOn} each="each" />
      {addOn.description ? `. ${addOn.description}` : null}
    </>
  );
}

function HeldDetail({ held, sold }: { held: Held; sold: PublicPlan | undefined }) {
  if (held.endsAt !== null)
    return (
      <>
        Ends on <DateText value={held.endsAt} as="weekday" />
      </>
    );
  return (
    <>
      {sold ? (
        <>
          <PlanPrice plan={sold} each="each" />,{' '}
        </>
      ) : null}
      since <DateText value={held.startsAt} />
    </>
  );
}

interface HeldButtonsProps {
  readonly held: Held;
  readonly sold: PublicPlan | undefined;
  readonly choose: (act: AddOnAct) => void;
}

function HeldButtons({ held: { addOn, quantity }, sold, choose }: HeldButtonsProps) {
  // An add-on that is no longer sold may still be counted.
  const counts = sold === undefined || hasSeats(sold);
  return (
    <>
      {counts || quantity > 1 ? (
        <Button
          size="sm"
          aria-label={`Change the number of ${addOn.name}`}
          onClick={() => choose({ kind: 'count', addOn, quantity })}
        >
          Change number
        </Button>
      ) : null}
      <Button size="sm" aria-label={`Remove ${addOn.name}`} onClick={() => choose({ kind: 'end', addOn })}>
        Remove
      </Button>
    </>
  );
}
