import type { PublicPlan, Seller } from '@billhook/sdk/generated/types';
import { Quantity } from '@billhook/ui/money';
import { Section } from '@billhook/ui/page-header';
import { useId, useMemo, useState } from 'react';
import { hasSeats } from './offers.ts';
import { PlanBill } from './plan-bill.tsx';
import { type ScaledMeter, SLIDER_STEPS, scaledMeters } from './usage-scale.ts';
import { useYears } from './use-years.ts';
import { yearQuestion } from './year-question.ts';

const FIRST_POSITION = 20;
const FIRST_SEATS = 5;
const MAX_SEATS = 100;

interface BillEstimateProps {
  readonly plans: readonly PublicPlan[];
  readonly seller: Seller;
}

/** What a year costs in each plan at a use that one sets, computed here by the engine that will bill it. */
export function BillEstimate({ plans, seller }: BillEstimateProps) {
  const meters = scaledMeters(plans);
  const hasTrial = plans.some(({ trialDays }) => trialDays > 0);
  const countsSeats = plans.some(hasSeats);
  const [positions, setPositions] = useState<Readonly<Record<string, number>>>({});
  const [seats, setSeats] = useState(FIRST_SEATS);
  const positionOf = ({ meter }: ScaledMeter) => positions[meter] ?? FIRST_POSITION;
  const quantityOf = (scale: ScaledMeter) => `${scale.step * BigInt(positionOf(scale))}`;
  const usageText = JSON.stringify(
    Object.fromEntries(meters.map((scale) => [scale.meter, quantityOf(scale)])),
  );
  const { now, timeZone } = seller;
  const questions = useMemo(() => {
    const usage = JSON.parse(usageText) as Record<string, string>;
    const expected = { usage, seats: countsSeats ? seats : 1 };
    return new Map(plans.map((plan) => [plan.key, yearQuestion(plan, expected, { now, timeZone })]));
  }, [plans, usageText, seats, countsSeats, now, timeZone]);
  const years = useYears(questions);
  if (meters.length === 0 && !countsSeats) return null;
  return (
    <Section
      title="What would a year cost?"
      description={`Set what you would use each month. Your browser computes it with the engine that will bill you, to the cent, before tax${hasTrial ? ' and after the trial' : ''}.`}
    >
      <div className="mt-1 grid gap-x-10 gap-y-6 md:grid-cols-2">
        <div className="flex flex-col gap-5">
          {countsSeats ? (
            <UsageSlider
              name="Seats"
              unit="seats"
              quantity={`${seats}`}
              position={seats}
              min={1}
              max={MAX_SEATS}
              onMove={setSeats}
            />
          ) : null}
          {meters.map((scale) => (
            <UsageSlider
              key={scale.meter}
              name={scale.name}
              unit={scale.unit}
              quantity={quantityOf(scale)}
              position={positionOf(scale)}
              min={0}
              max={SLIDER_STEPS}
              onMove={(position) => setPositions({ ...positions, [scale.meter]: position })}
            />
          ))}
        </div>
        <div className="flex flex-col">
          {plans.map((plan) => (
            <PlanBill key={plan.key} plan={plan} year={years?.get(plan.key)} failed={years?.size === 0} />
          ))}
        </div>
      </div>
    </Section>
  );
}

interface UsageSliderProps {
  readonly name: string;
  readonly unit: string;
  readonly quantity: string;
  readonly position: number;
  readonly min: number;
  readonly max: number;
  readonly onMove: (position: number) => void;
}

function UsageSlider({ name, unit, quantity, position, min, max, onMove }: UsageSliderProps) {
  const id = useId();
  return (
    <div>
      <div className="flex flex-wrap items-baseline justify-between gap-x-4">
        <label htmlFor={id} className="font-medium">
          {name}
        </label>
        <output htmlFor={id}>
          <Quantity value={quantity} unit={unit} />
        </output>
      </div>
      <input
        id={id}
        type="range"
        min={min}
        max={max}
        value={position}
        aria-valuetext={`${quantity} ${unit}`}
        onChange={(event) => onMove(Number(event.currentTarget.value))}
        className="mt-2 h-6 w-full cursor-pointer rounded-full accent-(--accent)"
      />
    </div>
  );
}
