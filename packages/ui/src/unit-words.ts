/** Words of units that are common enough to be known; a seller's own word is shown as it was written. */
const ONE_OF: Readonly<Record<string, string>> = {
  buildings: 'building',
  calls: 'call',
  credits: 'credit',
  days: 'day',
  documents: 'document',
  events: 'event',
  hours: 'hour',
  invoices: 'invoice',
  members: 'member',
  messages: 'message',
  minutes: 'minute',
  months: 'month',
  pages: 'page',
  requests: 'request',
  rows: 'row',
  seats: 'seat',
  seconds: 'second',
  tokens: 'token',
  units: 'unit',
  users: 'user',
};

/** The word for a unit beside a quantity: `1 credit`, `2 credits`. `value` is a decimal as the API writes it. */
export function unitWord(value: string, unit: string): string {
  const isOne = /^-?0*1(?:\.0*)?$/.test(value);
  return (isOne ? ONE_OF[unit] : undefined) ?? unit;
}
