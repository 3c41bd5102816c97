import { BillhookError } from '@billhook/sdk/error';

const NOUNS: Record<string, string> = {
  meters: 'meter',
  features: 'feature',
  plans: 'plan',
  prices: 'price',
  entitlements: 'entitlement to',
  types: 'credit type',
  costs: 'cost of',
  packs: 'pack',
  allowances: 'allowance of',
};

/** Amounts of money; amounts of credits are not. */
const MONEY = /^(?!\/credits\/).*\/(flat_)?amount$|\/packs\/\d+\/price$/;

/**
 * The same refusal, in which each fault names the plan and the price that it is about: positions in a list say little
 * to people. An amount with a decimal point is given back as the server wants it.
 *
 * @param file the catalogue as it stands in the file, in the spelling of the wire
 */
export function nameFaults(error: BillhookError, file: unknown): BillhookError {
  const errors = error.faults.map((fault) => {
    const { names, value } = follow(file, fault.pointer);
    const cents = MONEY.test(fault.pointer) ? inMinorUnits(value) : undefined;
    const detail =
      cents === undefined
        ? fault.detail
        : `An amount is a whole number of the smallest unit, in cents: ${cents}.`;
    return { ...fault, detail: names.length === 0 ? detail : `(${names.join(', ')}) ${detail}` };
  });
  return new BillhookError({ ...error.problem, errors }, error.retryAfterSeconds);
}

function follow(file: unknown, pointer: string): { names: string[]; value: unknown } {
  const names: string[] = [];
  let value = file;
  let list = '';
  for (const part of pointer.split('/').slice(1)) {
    value = (value as Record<string, unknown> | null | undefined)?.[part];
    const named = value as { key?: unknown; feature?: unknown; plan?: unknown } | null | undefined;
    const noun = /^\d+$/.test(part) ? NOUNS[list] : undefined;
    const name = named?.key ?? named?.feature ?? named?.plan;
    if (noun !== undefined && typeof name === 'string') names.push(`${noun} "${name}"`);
    list = part;
  }
  return { names, value };
}

/** `35.00` and 35.5 become 3500 and 3550; anything else is not what somebody meant by an amount. */
function inMinorUnits(value: unknown): string | undefined {
  const [, whole, fraction] = /^(\d{1,12})\.(\d{1,2})$/.exec(String(value)) ?? [];
  if (whole === undefined || fraction === undefined) return undefined;
  return String(BigInt(`${whole}${fraction.padEnd(2, '0')}`));
}
