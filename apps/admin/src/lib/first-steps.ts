/** What empty screens teach: each can be copied into the terminal that Billhook was started in, and is right there. */

interface Command {
  readonly label: string;
  readonly code: string;
}

const CLI = 'npm run billhook --';
/** No month is longer, so that a period of one is over. */
const LONGEST_MONTH_MS = 31 * 86_400_000;

export const KEEP_CATALOGUE: Command = {
  label: 'Commands that write the catalogue to a file, and read it again once it was changed',
  code: `${CLI} catalogue pull plans.json\n${CLI} catalogue push plans.json`,
};

/** @param now of the business, whose clock may be far from ours */
export function moveClock(now: string): Command {
  const to = new Date(Date.parse(now) + LONGEST_MONTH_MS).toISOString();
  return {
    label: 'Command that moves the clock of a sandbox to the next bill',
    code: `${CLI} clock advance ${to}`,
  };
}

export function createCustomer(origin: string): Command {
  return {
    label: 'Command that creates a customer',
    code: curl(`${origin}/v1/customers`, [
      '-H "Idempotency-Key: first-customer"',
      '-H "Content-Type: application/json"',
      `-d '{"name":"Acme","external_id":"acme"}'`,
    ]),
  };
}

/** @param now of the business: what lies far before it is late there */
export function sendEvent(origin: string, now: string): Command {
  const event = {
    specversion: '1.0',
    id: 'req-1',
    source: 'api',
    type: 'api.call',
    subject: 'acme',
    time: now,
  };
  return {
    label: 'Command that sends an event',
    code: curl(`${origin}/v1/events`, [
      '-H "Content-Type: application/cloudevents+json"',
      `-d '${JSON.stringify(event)}'`,
    ]),
  };
}

function curl(address: string, rest: readonly string[]): string {
  return [`curl ${address}`, '-H "Authorization: Bearer $BILLHOOK_API_KEY"', ...rest].join(' \\\n  ');
}
