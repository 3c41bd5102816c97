import type { PublicPlan } from '@billhook/sdk/generated/types';
import { useLater } from '@billhook/ui/later';
import { Quantity } from '@billhook/ui/money';
import { Section } from '@billhook/ui/page-header';
import { useId, useState } from 'react';
import { PlanBill } from './plan-bill.tsx';
import { type ScaledMeter, SLIDER_STEPS, scaledMeters } from './usage-scale.ts';

const FIRST_POSITION = 20;

/** What a month costs in each plan at a use that one sets. The server computes it as it would bill it. */
export function BillEstimate({ plans }: { plans: readonly PublicPlan[] }) {
  const meters = scaledMeters(plans);
  const [positions, setPositions] = useState<Readonly<Record<string, number>>>({});
  const positionOf = ({ meter }: ScaledMeter) => positions[meter] ?? FIRST_POSITION;
  const quantityOf = (scale: ScaledMeter) => `${scale.step * BigInt(positionOf(scale))}`;
  const usage = Object.fromEntries(meters.map((scale) => [scale.meter, quantityOf(scale)]));
  const settled = useLater(JSON.stringify(usage), 200);
  if (meters.length === 0) return null;
  return (
    <Section
      title="What would a month cost?"
      description="Set what you would use. The bill is computed by what will bill you, to the cent, before tax."
    >
      <div className="mt-1 grid gap-x-10 gap-y-6 md:grid-cols-2">
        <div className="flex flex-col gap-5">
          {meters.map((scale) => (
            <UsageSlider
              key={scale.meter}
              scale={scale}
              quantity={quantityOf(scale)}
              position={positionOf(scale)}
              onMove={(position) => setPositions({ ...positions, [scale.meter]: position })}
            />
          ))}
        </div>
        <div className="flex flex-col">
          {plans.map((plan) => (
            <PlanBill
              key={plan.key}
              plan={plan}
              usageText={settled}
              moving={settled !== JSON.stringify(usage)}
            />
          ))}
        </div>
      </div>
    </Section>
  );
}

interface UsageSliderProps {
  readonly scale: ScaledMeter;
  readonly quantity: string;
  readonly position: number;
  readonly onMove: (position: number) => void;
}

function UsageSlider({ scale, quantity, position, onMove }: UsageSliderProps) {
  const id = useId();
  return (
    <div>
      <div className="flex flex-wrap items-baseline justify-between gap-x-4">
        <label htmlFor={id} className="font-medium">
          {scale.name}
        </label>
        <output htmlFor={id}>
          <Quantity value={quantity} unit={scale.unit} />
        </output>
      </div>
      <input
        id={id}
        type="range"
        min={0}
        max={SLIDER_STEPS}
        value={position}
        aria-valuetext={`${quantity} ${scale.unit}`}
        onChange={(event) => onMove(Number(event.currentTarget.value))}
        className="mt-2 h-6 w-full cursor-pointer rounded-full accent-(--accent)"
      />
    </div>
  );
}
