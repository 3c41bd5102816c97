import { counted } from '@billhook/core/kernel/counted';
import type { ScheduledStep } from '@billhook/sdk/generated/types';
import type { ReactNode } from 'react';

const REASONS: Readonly<Record<string, string>> = {
  renewal_off: 'the renewal is off',
  periods_completed: 'the agreed term is over',
  at_stripe: 'Stripe says so',
};

/** What a step of the schedule will do, as one line without its date. */
export function stepText(step: ScheduledStep): ReactNode {
  switch (step.kind) {
    case 'change':
      return `${step.phase === null ? 'Changes' : `Phase ${step.phase} changes`} to ${step.plan.name}, ${seatsText(step.quantity)}`;
    case 'seats':
      return `Changes to ${seatsText(step.quantity)}`;
    case 'cancel':
      return step.reason === '' ? 'Ends' : `Ends: ${REASONS[step.reason] ?? step.reason}`;
    case 'pause':
      return step.mode === 'keep_period' ? 'Pauses; what is paid runs on' : 'Pauses; unused time is credited';
    case 'resume':
      return 'Resumes';
    case 'add_on_quantity':
      return `Changes ${step.addOn.name} to ${step.quantity}`;
    case 'add_on_end':
      return `Ends ${step.addOn.name}`;
  }
}

function seatsText(quantity: number): string {
  return counted(quantity, 'seat');
}
