import { IDENTIFIER_RULES } from './check-identifiers.ts';
import { isIban } from './codes.ts';
import { lineNet } from './figures.ts';
import type { EAddress, EInvoice, EPeriod } from './model.ts';
import { PROFILES } from './profiles.ts';
import { given, type Rule, rule } from './rule.ts';

/** The rules of Peppol for a country hold where both sides are of it. */
export function isGermanPair(
  seller: { readonly address: Pick<EAddress, 'country'> },
  buyer: { readonly address: Pick<EAddress, 'country'> },
): boolean {
  return seller.address.country === 'DE' && buyer.address.country === 'DE';
}

const TAXED = new Set(['S', 'Z', 'E', 'AE', 'K', 'G']);
const german = PROFILES.xrechnung_cii.specification;
const peppol = PROFILES.peppol_bis.specification;

const EARLY_LINE = /^#SKONTO#TAGE=[0-9]+#PROZENT=[0-9]+\.[0-9]{2}(#BASISBETRAG=-?[0-9]+\.[0-9]{2})?#$/;

/** Lines that begin with the sign are of the form, and the last of them ends with a new line. */
function earlyTermsHold(terms: string): boolean {
  const lines = terms.split(/\r?\n/);
  if (!lines.some((line) => line.trim().startsWith('#'))) return true;
  const isFormed = lines.every((line) => !line.trim().startsWith('#') || EARLY_LINE.test(line.trim()));
  return isFormed && !lines.at(-1)?.trim().startsWith('#');
}

/** BR-DE: what XRechnung 3.0 asks for beside EN 16931, as far as our documents can hold it. */
export const GERMAN_RULES: readonly Rule[] = [
  rule('BR-DE-1', 'BG-16', 'There are instructions to pay.', ({ payment }) => payment !== null),
  rule('BR-DE-2', 'BG-6', 'The seller names a contact.', ({ seller }) => seller.contact !== null),
  rule('BR-DE-3', 'BT-37', 'The seller has a city.', ({ seller }) => given(seller.address.city)),
  rule('BR-DE-4', 'BT-38', 'The seller has a post code.', ({ seller }) => given(seller.address.postCode)),
  rule('BR-DE-5', 'BT-41', 'The contact has a name.', ({ seller }) => given(seller.contact?.name)),
  rule('BR-DE-6', 'BT-42', 'The contact has a telephone number.', ({ seller }) =>
    given(seller.contact?.phone),
  ),
  rule('BR-DE-7', 'BT-43', 'The contact has a mail address.', ({ seller }) => given(seller.contact?.email)),
  rule('BR-DE-8', 'BT-52', 'The buyer has a city.', ({ buyer }) => given(buyer.address.city)),
  rule('BR-DE-9', 'BT-53', 'The buyer has a post code.', ({ buyer }) => given(buyer.address.postCode)),
  rule('BR-DE-10', 'BT-77', 'A place of delivery has a city.', ({ deliveredTo }) =>
    deliveredTo === null ? true : given(deliveredTo.city),
  ),
  rule('BR-DE-11', 'BT-78', 'A place of delivery has a post code.', ({ deliveredTo }) =>
    deliveredTo === null ? true : given(deliveredTo.postCode),
  ),
  rule('BR-DE-14', 'BT-119', 'Every row of the breakdown has a rate.', ({ vat }) =>
    vat.every(({ percent }) => percent !== null),
  ),
  rule('BR-DE-15', 'BT-10', 'There is a reference of the buyer.', (i) => given(i.buyerReference)),
  rule('BR-DE-16', 'BT-31', 'The seller has a VAT number or a tax number.', ({ seller, vat }) =>
    vat.some(({ category }) => TAXED.has(category)) ? given(seller.vatId) || given(seller.taxNumber) : true,
  ),
  rule('BR-DE-17', 'BT-3', 'The type is one that XRechnung takes, which 383 is not.', ({ type }) =>
    ['380', '381', '384'].includes(type),
  ),
  rule('BR-DE-18', 'BT-20', 'Terms for paying early are written as XRechnung wants them.', ({ terms }) =>
    earlyTermsHold(terms ?? ''),
  ),
  rule('BR-DE-23-a', 'BG-17', 'A credit transfer names the account.', ({ payment }) =>
    payment !== null && ['30', '58'].includes(payment.means) ? payment.account !== null : true,
  ),
  rule('BR-DE-24-a', 'BG-18', 'What is paid by card says so, which ours never do.', ({ payment }) =>
    payment === null ? true : !['48', '54', '55'].includes(payment.means),
  ),
  rule('BR-DE-25-a', 'BG-19', 'What is debited says so, which ours never do.', ({ payment }) =>
    payment === null ? true : payment.means !== '59',
  ),
  rule('BR-DE-19', 'BT-84', 'The account of a SEPA transfer is an IBAN.', ({ payment }) =>
    payment?.means === '58' && payment.account ? isIban(payment.account.iban) : true,
  ),
  rule('BR-DE-21', 'BT-24', 'The document names XRechnung.', (i) => i.specification === german),
  rule('BR-DE-26', 'BG-3', 'A corrected invoice names the one it corrects.', (i) =>
    i.type === '384' ? i.preceding !== null : true,
  ),
  rule('BR-DE-27', 'BT-42', 'The telephone number has three digits or more.', ({ seller }) =>
    given(seller.contact?.phone) ? (seller.contact?.phone?.match(/\d/g)?.length ?? 0) >= 3 : true,
  ),
  rule('BR-DE-28', 'BT-43', 'The mail address has one sign between two names.', ({ seller }) =>
    given(seller.contact?.email) ? /^[^@\s.][^@\s]+@[^@\s]+[^@\s.]$/.test(seller.contact?.email ?? '') : true,
  ),
];

const inside = (period: EPeriod | null, whole: EPeriod | null, edge: (p: EPeriod, w: EPeriod) => boolean) =>
  period === null || whole === null || edge(period, whole);
const shared = (one: Rule): Rule => ({ ...one, inGermany: true });

/** Every text of a document that would be written. */
function texts({ number, seller, buyer, lines, note, terms, buyerReference }: EInvoice): (string | null)[] {
  const ofParty = ({ name, vatId, address, endpoint }: EInvoice['seller']) => [
    name,
    vatId,
    address.line1,
    address.city,
    address.postCode,
    endpoint?.value ?? null,
  ];
  return [
    number,
    note,
    terms,
    buyerReference,
    ...ofParty(seller),
    ...ofParty(buyer),
    ...lines.flatMap((line) => [line.name, line.note]),
  ];
}

const isAmongGermans = ({ seller, buyer }: EInvoice) => isGermanPair(seller, buyer);

/** The rules of XRechnung that Peppol holds Germans to among each other, by their names there; XRechnung's own id is none of them. */
const IN_PEPPOL: Readonly<Record<string, string>> = Object.fromEntries(
  GERMAN_RULES.flatMap(({ rule: id }) => {
    const [, number = '', part] = /^BR-DE-([0-9]+)(?:-(a|b))?$/.exec(id) ?? [];
    const suffix = part === undefined ? '' : part === 'a' ? '-1' : '-2';
    return number === '21' ? [] : [[id, `DE-R-${number.padStart(3, '0')}${suffix}`]];
  }),
);

/** PEPPOL-EN16931: what Peppol BIS Billing 3.0 asks for, as far as our documents can hold it. */
export const PEPPOL_RULES: readonly Rule[] = [
  rule('PEPPOL-EN16931-R001', 'BT-23', 'The process of business is named.', (i) => given(i.process)),
  rule('PEPPOL-EN16931-R003', 'BT-10', 'There is a reference of the buyer or of an order.', (i) =>
    [i.buyerReference, i.orderReference].some(given),
  ),
  rule(
    'PEPPOL-EN16931-R004',
    'BT-24',
    'The document names Peppol BIS Billing.',
    (i) => i.specification === peppol,
  ),
  rule('PEPPOL-EN16931-R007', 'BT-23', 'The business process is one of billing.', (i) =>
    i.process === null ? true : /^urn:fdc:peppol\.eu:2017:poacc:billing:\d{2}:1\.0$/.test(i.process),
  ),
  shared(
    rule('PEPPOL-EN16931-R008', 'BT-1', 'No element is empty.', (i) =>
      texts(i).every((text) => text === null || given(text)),
    ),
  ),
  shared(
    rule('PEPPOL-EN16931-R010', 'BT-49', 'The buyer has an electronic address.', (i) =>
      given(i.buyer.endpoint?.value),
    ),
  ),
  shared(
    rule('PEPPOL-EN16931-R020', 'BT-34', 'The seller has an electronic address.', (i) =>
      given(i.seller.endpoint?.value),
    ),
  ),
  shared(
    rule('PEPPOL-EN16931-R110', 'BT-134', 'No line begins before the period.', ({ period, lines }) =>
      lines.every((line) => inside(line.period, period, (own, whole) => own.start >= whole.start)),
    ),
  ),
  shared(
    rule('PEPPOL-EN16931-R111', 'BT-135', 'No line ends after the period.', ({ period, lines }) =>
      lines.every((line) => inside(line.period, period, (own, whole) => own.end <= whole.end)),
    ),
  ),
  shared(
    rule('PEPPOL-EN16931-R120', 'BT-131', 'The net of a line is that of its price and quantity.', (i) =>
      i.lines.every((line) => line.net === lineNet(line)),
    ),
  ),
  shared(
    rule('PEPPOL-EN16931-R121', 'BT-149', 'The quantity that a price is for is above zero.', ({ lines }) =>
      lines.every(({ priceBase }) => priceBase > 0n),
    ),
  ),
  rule('PEPPOL-EN16931-P0100', 'BT-3', 'The type is one that Peppol takes.', ({ type }) =>
    ['380', '381', '383', '384'].includes(type),
  ),
  rule('PEPPOL-EN16931-F001', 'BT-2', 'Days are written as days.', ({ issuedOn, dueOn }) =>
    [issuedOn, dueOn].every((day) => day === null || /^\d{4}-\d{2}-\d{2}$/.test(day)),
  ),
  ...Object.entries({ G: 'G', O: 'O', IC: 'K', AE: 'AE', D: 'E', F: 'E', I: 'E', J: 'E' }).map(
    ([code, category], at) =>
      rule(
        `PEPPOL-EN16931-P${String(104 + at).padStart(4, '0')}`,
        'BT-121',
        `The reason VATEX-EU-${code} is of category ${category}.`,
        ({ vat }) =>
          vat.every((row) => row.exemptionCode !== `VATEX-EU-${code}` || row.category === category),
      ),
  ),
  rule('PEPPOL-EN16931-P0112', 'BT-3', 'Only Germans correct invoices by another one.', (i) =>
    i.type === '326' || i.type === '384' ? isAmongGermans(i) : true,
  ),
  ...GERMAN_RULES.flatMap((one): Rule[] => {
    const id = IN_PEPPOL[one.rule];
    return id === undefined ? [] : [{ ...one, rule: id, holds: (i) => !isAmongGermans(i) || one.holds(i) }];
  }),
  ...IDENTIFIER_RULES,
];
