import { counted } from '../kernel/counted.ts';
import { type Campaign, inOrder, isTry } from './campaign.ts';
import { schemeLimits } from './scheme-limit.ts';

/** One thing that is wrong with a campaign. */
export interface CampaignFault {
  /** JSON pointer into the campaign. */
  readonly pointer: string;
  readonly code: string;
  readonly detail: string;
}

const MOST_STEPS = 60;
const MOST_DAYS = 180;
const MOST_DAYS_BEFORE = 60;

/** Everything that keeps a campaign from being published; an empty list if nothing does. */
export function campaignFaults(campaign: Campaign): readonly CampaignFault[] {
  return [...stepFaults(campaign), ...endFaults(campaign), ...tryFaults(campaign), ...timeFaults(campaign)];
}

function stepFaults({ steps, kind }: Campaign): readonly CampaignFault[] {
  const faults: CampaignFault[] = [];
  const seen = new Set<string>();
  if (steps.length > MOST_STEPS)
    faults.push({ pointer: '/steps', code: 'too_many', detail: `At most ${MOST_STEPS} steps.` });
  for (const [index, step] of steps.entries()) {
    const fault = (field: string, code: string, detail: string) =>
      faults.push({ pointer: `/steps/${index}/${field}`, code, detail });
    if (seen.has(step.key)) fault('key', 'repeated', 'Another step has this key.');
    seen.add(step.key);
    if (!Number.isInteger(step.day) || step.day > MOST_DAYS || step.day < -MOST_DAYS_BEFORE)
      fault('day', 'out_of_range', `Days go from −${MOST_DAYS_BEFORE} to ${MOST_DAYS}.`);
    if (step.day < 0 && kind === 'charge')
      fault('day', 'before_failure', 'Nothing is known before the charge has failed.');
    if (step.day < 0 && step.action !== 'mail' && step.action !== 'sms')
      fault('day', 'before_due', 'Before the due date a customer is only reminded.');
    if ((step.action === 'mail') !== (step.mail !== null))
      fault('mail', 'not_fitting', 'A mail says which one it is, and nothing else does.');
    if (step.kinds?.length === 0)
      fault('kinds', 'empty', 'Name a kind of failure, or leave the list out for all.');
    if (kind === 'terms' && isTry(step.action))
      fault('action', 'nothing_to_charge', 'What is paid by transfer is not charged.');
    if (kind === 'charge' && step.kinds?.includes('terms_overdue'))
      fault('kinds', 'not_fitting', 'A charge that fails is not overdue by its terms.');
  }
  return faults;
}

/** Whatever the failure, there is an end, and nothing comes after it. */
function endFaults({ steps, kind }: Campaign): readonly CampaignFault[] {
  const ordered = inOrder(steps);
  const isEnd = (action: string) => action === 'cancel' || action === 'stop';
  const kinds =
    kind === 'terms'
      ? (['terms_overdue'] as const)
      : ([
          'soft_decline',
          'hard_decline',
          'expired_card',
          'authentication_required',
          'debit_returned',
          'no_method',
        ] as const);
  const faults: CampaignFault[] = [];
  const endless: string[] = [];
  for (const failure of kinds) {
    const own = ordered.filter((step) => step.kinds === null || step.kinds.includes(failure));
    const end = own.findIndex((step) => isEnd(step.action));
    if (end === -1) endless.push(failure.replaceAll('_', ' '));
    const after = end === -1 ? undefined : own[end + 1];
    if (after === undefined) continue;
    const pointer = `/steps/${steps.indexOf(after)}`;
    if (!faults.some((fault) => fault.pointer === pointer))
      faults.push({ pointer, code: 'after_end', detail: 'This step comes after the end.' });
  }
  if (endless.length > 0) {
    const which = endless.length === kinds.length ? 'it' : `it after: ${endless.join(', ')}`;
    const detail = `Nothing ends ${which}. Add a step that cancels or stops.`;
    faults.push({ pointer: '/steps', code: 'no_end', detail });
  }
  return faults;
}

/** More tries than the schemes allow would be held back one by one; better not to promise them. */
function tryFaults({ steps }: Campaign): readonly CampaignFault[] {
  const faults: CampaignFault[] = [];
  const tries = inOrder(steps).filter((step) => isTry(step.action));
  for (const limit of schemeLimits(null)) {
    // The first charge, which failed, counts as well.
    const beyond = tries.find(
      (step, index) =>
        tries.slice(0, index).filter((other) => other.day > step.day - limit.days).length +
          (step.day < limit.days ? 1 : 0) >=
        limit.tries,
    );
    if (beyond !== undefined)
      faults.push({
        pointer: `/steps/${steps.indexOf(beyond)}/day`,
        code: 'scheme_limit',
        detail: `Card schemes allow ${counted(limit.tries, 'try', 'tries')} in ${limit.days === 1 ? 'a day' : counted(limit.days, 'day')}.`,
      });
  }
  return faults;
}

function timeFaults({ hours, paydays }: Campaign): readonly CampaignFault[] {
  const faults: CampaignFault[] = [];
  if (hours !== null) {
    if (!(hours.fromMinute >= 0 && hours.fromMinute < hours.toMinute && hours.toMinute <= 1_440))
      faults.push({
        pointer: '/hours/from_minute',
        code: 'not_before_end',
        detail: 'Hours begin before they end.',
      });
    if (hours.weekdays.length === 0)
      faults.push({
        pointer: '/hours/weekdays',
        code: 'empty',
        detail: 'Name at least one day of the week.',
      });
  }
  if (paydays !== null) {
    if (paydays.days.length === 0)
      faults.push({ pointer: '/paydays/days', code: 'empty', detail: 'Name at least one payday.' });
    if (!(paydays.withinDays >= 1 && paydays.withinDays <= 31))
      faults.push({
        pointer: '/paydays/within_days',
        code: 'out_of_range',
        detail: 'A payday is waited for between 1 and 31 days.',
      });
  }
  return faults;
}
