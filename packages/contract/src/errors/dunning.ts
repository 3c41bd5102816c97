import { type ErrorKind, refusal } from './kind.ts';

/** Dunning: campaigns, and what they do about one unpaid invoice. */
export const dunningErrors = {
  'dunning_campaign.not_found': refusal(404, 'There is no such campaign', 'List the dunning campaigns.'),
  'dunning_campaign.no_draft': refusal(
    409,
    'Nothing differs from what is published',
    'Change the campaign first; then publish it.',
  ),
  'dunning_campaign.invalid': refusal(
    422,
    'The campaign does not hold together',
    'The faults name each step and field. Nothing was published.',
  ),
  'dunning_run.not_found': refusal(
    404,
    'There is no such run',
    'List the runs of the customer or the invoice.',
  ),
  'dunning_run.not_running': refusal(
    409,
    'The run is not in that state',
    'It has ended, or is held back or not held back already; get it to see how it stands.',
  ),
  'dunning_run.step_not_ahead': refusal(
    409,
    'The step does not lie ahead',
    'It was taken, left out, or is no step of this run; get the run to see what lies ahead.',
  ),
} satisfies Record<string, ErrorKind>;
