import type { VatNumber } from '@billhook/core/tax/vat-number';
import type { VatRegistry, VatRegistryAnswer } from '../../modules/customers/vat/registry.ts';

/** The service of the European Commission that asks the member states. */
export const VIES_URL = 'https://ec.europa.eu/taxation_customs/vies/rest-api';

const ANSWER_WITHIN_MS = 10_000;
const MOST_CHARACTERS = { name: 500, address: 1000, proof: 100 };

/**
 * VAT numbers at VIES, by its published REST interface (`POST /check-vat-number`). A query that the service does not
 * answer says so in `errorWrappers` or `userError` (MS_UNAVAILABLE, TIMEOUT, MS_MAX_CONCURRENT_REQ ...), often with
 * status 200; only `valid` without one is an answer.
 *
 * @param baseUrl the service, or a stand-in with the same paths
 */
export function viesRegistry(baseUrl: string): VatRegistry {
  return async (number, requester) => {
    try {
      const response = await fetch(`${baseUrl}/check-vat-number`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: 'application/json' },
        body: JSON.stringify(queryOf(number, requester)),
        signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
      });
      return readAnswer(response.status, await response.json());
    } catch (error) {
      return { kind: 'down', reason: error instanceof Error ? error.name : 'unreachable' };
    }
  };
}

function queryOf({ prefix, body }: VatNumber, requester: VatNumber | null) {
  const own =
    requester === null ? {} : { requesterMemberStateCode: requester.prefix, requesterNumber: requester.body };
  return { countryCode: prefix, vatNumber: body, ...own };
}

function readAnswer(status: number, body: unknown): VatRegistryAnswer {
  const down = (reason: string): VatRegistryAnswer => ({ kind: 'down', reason });
  if (typeof body !== 'object' || body === null) return down(`status ${status}`);
  const said = body as Record<string, unknown>;
  const [wrapper] = Array.isArray(said.errorWrappers) ? (said.errorWrappers as { error?: unknown }[]) : [];
  const fault = wrapper?.error ?? said.userError;
  // The number itself was not understood: the member state has no such number.
  if (fault === 'INVALID_INPUT')
    return { kind: 'answered', isValid: false, name: null, address: null, consultationNumber: null };
  if (typeof fault === 'string' && !['VALID', 'INVALID', ''].includes(fault)) return down(fault);
  const isValid = said.valid ?? said.isValid;
  if (status !== 200 || typeof isValid !== 'boolean') return down(`status ${status}`);
  return {
    kind: 'answered',
    isValid,
    name: textOf(said.name, MOST_CHARACTERS.name),
    address: textOf(said.address, MOST_CHARACTERS.address),
    consultationNumber: textOf(said.requestIdentifier, MOST_CHARACTERS.proof),
  };
}

/** Member states that do not tell write dashes. */
function textOf(value: unknown, most: number): string | null {
  if (typeof value !== 'string') return null;
  const text = value
    .trim()
    .replace(/\s*\n\s*/g, ', ')
    .slice(0, most);
  return text === '' || /^-+$/.test(text) ? null : text;
}
