import { counted } from '@billhook/core/kernel/counted';
import type { Plan, PreviewSubscription } from '@billhook/sdk/generated/types';
import { Button, IconButton } from '@billhook/ui/button';
import { NumberField } from '@billhook/ui/number-field';
import { Select } from '@billhook/ui/select';
import { TextField } from '@billhook/ui/text-field';
import { X } from 'lucide-react';
import { addMonths, dayOf, startOfDay } from '../clock/dates.ts';
import { planOptions } from './plan-options.ts';

/** A plan that follows on a day of its own. */
export interface PhaseDraft {
  readonly id: number;
  /** `2026-03-01`; empty until one is chosen. */
  readonly day: string;
  readonly plan: string;
  readonly quantity: number;
}

/** What may be agreed beside plan and seats. */
export interface StartTerms {
  /** Null to begin periods on the day of the start. */
  readonly billingDay: number | null;
  /** Null for no end. */
  readonly endAfterPeriods: number | null;
  readonly phases: readonly PhaseDraft[];
}

export const NO_TERMS: StartTerms = { billingDay: null, endAfterPeriods: null, phases: [] };

const monthAfter = (day: string) => addMonths(`${day}T00:00:00Z`, 1, 'UTC').slice(0, 10);

/** The terms as a start takes them; null while the day of a phase is still to be chosen. */
export function termsOf(
  { billingDay, endAfterPeriods, phases }: StartTerms,
  timeZone: string,
): Pick<PreviewSubscription, 'billingDay' | 'endAfterPeriods' | 'phases'> | null {
  if (phases.some(({ day }) => !/^\d{4}-\d\d-\d\d$/.test(day))) return null;
  return {
    ...(billingDay === null ? {} : { billingDay }),
    ...(endAfterPeriods === null ? {} : { endAfterPeriods }),
    ...(phases.length === 0
      ? {}
      : {
          phases: phases.map(({ day, plan, quantity }) => ({
            at: startOfDay(day, timeZone),
            plan,
            quantity,
          })),
        }),
  };
}

const AS_START = 'start';
const DAYS = Array.from({ length: 31 }, (_, index) => `${index + 1}`);

export interface StartTermsFieldsProps {
  readonly terms: StartTerms;
  readonly onTermsChange: (terms: StartTerms) => void;
  readonly plans: readonly Plan[];
  readonly currency: string;
  readonly timeZone: string;
  /** What a phase begins with, before it is changed. */
  readonly plan: string;
  readonly quantity: number;
  /** When it all begins. */
  readonly startAt: string;
}

/** Billing day, end and phases: a ramp is a few phases with more and more seats. */
export function StartTermsFields(props: StartTermsFieldsProps) {
  const { terms, onTermsChange, timeZone } = props;
  const { phases } = terms;
  const change = (patch: Partial<StartTerms>) => onTermsChange({ ...terms, ...patch });
  const add = () => {
    const last = phases.at(-1);
    const before = last !== undefined && last.day !== '' ? last.day : dayOf(props.startAt, timeZone);
    const { plan, quantity } = last ?? props;
    change({ phases: [...phases, { id: (last?.id ?? 0) + 1, day: monthAfter(before), plan, quantity }] });
  };
  return (
    <details className="rounded-md border border-line" open={phases.length > 0 || undefined}>
      <summary className="cursor-pointer rounded-md px-4 py-2.5 font-medium">
        Billing day, end, phases
        <span className="block text-sm font-normal text-muted">{summaryOf(terms)}</span>
      </summary>
      <div className="flex flex-col gap-5 border-t border-line px-4 py-4">
        <Select
          name="billingDay"
          label="Billing day"
          options={[
            { value: AS_START, label: 'The day of the start' },
            ...DAYS.map((day) => ({ value: day, label: `Day ${day} of the month` })),
          ]}
          value={terms.billingDay === null ? AS_START : `${terms.billingDay}`}
          onValueChange={(day) => change({ billingDay: day === AS_START ? null : Number(day) })}
          hint="The first charge is then for the days up to it. Shorter months end on their last day."
        />
        <NumberField
          name="endAfterPeriods"
          label="Ends after so many periods"
          optional
          min={1}
          max={1200}
          value={terms.endAfterPeriods}
          onValueChange={(endAfterPeriods) => change({ endAfterPeriods })}
          hint="Empty for no end."
        />
        <fieldset>
          <legend className="text-sm font-medium">Phases</legend>
          <p className="mb-2 text-sm text-muted">
            What follows on a day, at midnight in {timeZone}. For a ramp, add phases with more seats.
          </p>
          <ol className="flex flex-col gap-4">
            {phases.map((phase, index) => (
              <PhaseFields
                key={phase.id}
                phase={phase}
                number={index + 1}
                plans={props.plans}
                currency={props.currency}
                onChange={(next) => change({ phases: phases.with(index, next) })}
                onRemove={() => change({ phases: phases.toSpliced(index, 1) })}
              />
            ))}
          </ol>
          <Button className="mt-3" size="sm" onClick={add}>
            Add a phase
          </Button>
        </fieldset>
      </div>
    </details>
  );
}

function summaryOf({ billingDay, endAfterPeriods, phases }: StartTerms): string {
  const parts = [
    billingDay === null ? 'Billed on the day of the start' : `Billed on day ${billingDay}`,
    endAfterPeriods === null ? 'no end' : `ends after ${counted(endAfterPeriods, 'period')}`,
    phases.length === 0 ? 'no phases' : `${phases.length} ${phases.length === 1 ? 'phase' : 'phases'}`,
  ];
  return `${parts.join(', ')}.`;
}

interface PhaseFieldsProps {
  readonly phase: PhaseDraft;
  readonly number: number;
  readonly plans: readonly Plan[];
  readonly currency: string;
  readonly onChange: (phase: PhaseDraft) => void;
  readonly onRemove: () => void;
}

function PhaseFields({ phase, number, plans, currency, onChange, onRemove }: PhaseFieldsProps) {
  return (
    <li className="flex flex-wrap items-end gap-3 border-b border-line pb-4 last:border-b-0">
      <TextField
        name={`phase-${number}-day`}
        type="date"
        label={`Phase ${number}: from`}
        required
        value={phase.day}
        onValueChange={(day) => onChange({ ...phase, day })}
        className="w-40"
      />
      <Select
        name={`phase-${number}-plan`}
        label="Plan"
        options={planOptions(plans, currency)}
        value={phase.plan}
        onValueChange={(plan) => onChange({ ...phase, plan })}
        className="min-w-40 grow"
      />
      <NumberField
        name={`phase-${number}-seats`}
        label="Seats"
        min={1}
        value={phase.quantity}
        onValueChange={(quantity) => onChange({ ...phase, quantity: quantity ?? 1 })}
      />
      <IconButton icon={X} label={`Remove phase ${number}`} onClick={onRemove} />
    </li>
  );
}
