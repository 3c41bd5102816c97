import { ok, type Result, refuse } from '../kernel/result.ts';
import { needsBic, parseBic, parseIban } from './iban.ts';
import { utf8 } from './qr/utf8.ts';

/** What a banking app fills in after it has read the code. */
export interface EpcTransfer {
  readonly holder: string;
  readonly iban: string;
  readonly bic: string | null;
  /** Cents of euro. */
  readonly amountMinor: bigint;
  /** A structured creditor reference; it goes before `text`, because a code carries one of both. */
  readonly reference: string | null;
  readonly text: string | null;
}

const LARGEST_MINOR = 99_999_999_999n;
/** What fits a QR code of version 13 at level M. */
const MOST_BYTES = 331;

/**
 * The content of a "scan to pay" code, EPC069-12: one element a line, empty elements at the end left out, UTF-8. Version
 * 002 leaves the BIC out where it need not be named; 001 always has it.
 * Refusals: `epc.amount` (0.01 to 999999999.99 EUR), `epc.holder`, `epc.text`, `epc.reference`, `epc.bic_missing`,
 * `epc.too_long`, and those of the IBAN and BIC.
 */
export function epcPayload(transfer: EpcTransfer, version: '001' | '002' = '002'): Result<string> {
  const iban = parseIban(transfer.iban);
  if (!iban.ok) return iban;
  const bic = transfer.bic === null ? ok('') : parseBic(transfer.bic);
  if (!bic.ok) return bic;
  if (bic.value === '' && (version === '001' || needsBic(iban.value)))
    return refuse('epc.bic_missing', 'A transfer to this account has to name the BIC of the bank.');
  const { amountMinor, reference } = transfer;
  if (amountMinor < 1n || amountMinor > LARGEST_MINOR)
    return refuse('epc.amount', 'A code can ask for 0.01 to 999999999.99 EUR.');
  const holder = oneLine(transfer.holder);
  if (holder === '' || lengthOf(holder) > 70)
    return refuse('epc.holder', 'The holder of the account is named in 1 to 70 characters.');
  const text = reference === null ? oneLine(transfer.text ?? '') : '';
  if (lengthOf(text) > 140) return refuse('epc.text', 'The text of a transfer has up to 140 characters.');
  if (reference !== null && !/^[A-Za-z0-9]{1,35}$/.test(reference))
    return refuse('epc.reference', 'A structured reference has up to 35 letters and digits.');
  const lines = ['BCD', version, '1', 'SCT', bic.value, holder, iban.value, `EUR${decimalText(amountMinor)}`];
  lines.push('', reference ?? '', text);
  while (lines.at(-1) === '') lines.pop();
  const payload = lines.join('\n');
  return utf8(payload).length > MOST_BYTES
    ? refuse('epc.too_long', `A code holds ${MOST_BYTES} bytes.`)
    : ok(payload);
}

/** Such as `12.3`: without zeros at the end, with a point. */
function decimalText(minor: bigint): string {
  const cents = `${minor % 100n}`.padStart(2, '0').replace(/0+$/, '');
  return `${minor / 100n}${cents === '' ? '' : `.${cents}`}`;
}

function oneLine(text: string): string {
  return text.replaceAll(/[\p{Cc}\s]+/gu, ' ').trim();
}

const lengthOf = (text: string): number => [...text].length;
