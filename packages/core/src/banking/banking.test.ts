import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { unwrap } from '../testing/factories.ts';
import { codeOf } from '../testing/said.ts';
import {
  creditorReference,
  formatReference,
  readCreditorReference,
  referenceBody,
} from './creditor-reference.ts';
import { epcPayload } from './epc-code.ts';
import { formatIban, needsBic, parseBic, parseIban, remainder97, SEPA_COUNTRIES } from './iban.ts';
import { likeness } from './name-likeness.ts';
import { capacityOf, LARGEST_VERSION } from './qr/codewords.ts';
import { encodeQr, qrPath } from './qr/encode.ts';
import { utf8 } from './qr/utf8.ts';

/** Examples of the registry, one a country. */
const REGISTRY =
  'AD1200012030200359100100 AL47212110090000000235698741 AT611904300234573201 BE68539007547034 BG80BNBG96611020345678 CH9300762011623852957 ' +
  'CY17002001280000001200527600 CZ6508000000192000145399 DE89370400440532013000 DK5000400440116243 EE382200221020145685 ES9121000418450200051332 ' +
  'FI2112345600000785 FR1420041010050500013M02606 GB29NWBK60161331926819 GI75NWBK000000007099453 GR1601101250000000012300695 HR1210010051863000160 ' +
  'HU42117730161111101800000000 IE29AIBK93115212345678 IS140159260076545510730339 IT60X0542811101000000123456 LI21088100002324013AA LT121000011101001000 ' +
  'LU280019400644750000 LV80BANK0000435195001 MC5811222000010123456789030 MD24AG000225100013104168 ME25505000012345678951 MK07250120000058984 ' +
  'MT84MALT011000012345MTLCAST001S NL91ABNA0417164300 NO9386011117947 PL61109010140000071219812874 PT50000201231234567890154 RO49AAAA1B31007593840000 ' +
  'RS35260005601001611379 SE4550000000058398257466 SI56263300012039086 SK3112000000198742637541 SM86U0322509800000000270100 VA59001123000012345678';

describe('accounts and references', () => {
  test('I270 an example of each SEPA country is an IBAN, with spaces and in small letters too', () => {
    const examples = REGISTRY.split(' ');
    expect(new Set(examples.map((iban) => iban.slice(0, 2)))).toEqual(new Set(SEPA_COUNTRIES));
    for (const iban of examples) expect(unwrap(parseIban(formatIban(iban).toLowerCase()))).toBe(iban);
    expect(formatIban('DE89370400440532013000')).toBe('DE89 3704 0044 0532 0130 00');
    expect(needsBic('CH9300762011623852957')).toBe(true);
    expect(needsBic('DE89370400440532013000')).toBe(false);
  });

  test('I270 what is too short, of another country, mistyped or no IBAN at all says which', () => {
    expect(codeOf(parseIban('DE8937040044053201300'))).toBe('iban.length');
    expect(codeOf(parseIban('BR1800360305000010009795493C1'))).toBe('iban.country');
    expect(codeOf(parseIban('DE88370400440532013000'))).toBe('iban.check_digits');
    expect(codeOf(parseIban(''))).toBe('iban.characters');
    expect(codeOf(parseIban("DE89'; drop"))).toBe('iban.characters');
    expect(unwrap(parseBic('cobadeff xxx'))).toBe('COBADEFFXXX');
    expect(codeOf(parseBic('COBA'))).toBe('bic.format');
  });

  test('I270 one character that is wrong, and two that changed places, are always found', () => {
    const characters = [...'0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ'];
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...characters), { minLength: 1, maxLength: 21 }),
        fc.nat(),
        fc.constantFrom(...characters),
        (body, place, other) => {
          const reference = creditorReference(body.join('')) ?? '';
          expect(remainder97(reference)).toBe(1);
          expect(readCreditorReference(formatReference(reference))).toBe(body.join(''));
          const at = 4 + (place % body.length);
          const isSame = Number.parseInt(other, 36) % 97 === Number.parseInt(reference[at] ?? '', 36) % 97;
          const changed = reference.slice(0, at) + other + reference.slice(at + 1);
          // Figures and letters differ in length inside the sum, so only one kind may be exchanged for its own.
          const isOneKind = /[0-9]/.test(other) === /[0-9]/.test(reference[at] ?? '');
          if (isOneKind && !isSame) expect(readCreditorReference(changed)).toBeNull();
        },
      ),
    );
  });

  test('I270 an invoice has one reference, known from the standard, and none where its number is too long', () => {
    expect(creditorReference('5390 0754 7034')).toBe('RF18539007547034');
    expect(creditorReference('BH-2026-000001')).toBe(creditorReference('bh 2026 000001'));
    expect(referenceBody('BH-2026-000001')).toBe('BH2026000001');
    expect(creditorReference('A-VERY-LONG-SERIES-2026-000001')).toBeNull();
    expect(creditorReference('--')).toBeNull();
    expect(readCreditorReference('RF19539007547034')).toBeNull();
    expect(readCreditorReference('Invoice 12')).toBeNull();
  });
});

const TRANSFER = {
  holder: 'Billhook GmbH',
  iban: 'DE89 3704 0044 0532 0130 00',
  bic: null,
  amountMinor: 11900n,
  reference: creditorReference('BH-2026-000001'),
  text: null,
};

describe('the code to scan', () => {
  test('I271 has exactly the lines of EPC069-12, without empty ones at its end', () => {
    expect(unwrap(epcPayload(TRANSFER)).split('\n')).toEqual(
      'BCD|002|1|SCT||Billhook GmbH|DE89370400440532013000|EUR119||RF46BH2026000001'.split('|'),
    );
    const old = {
      ...TRANSFER,
      bic: 'COBADEFFXXX',
      amountMinor: 1205n,
      reference: null,
      text: ' Invoice\n12 ',
    };
    expect(unwrap(epcPayload(old, '001')).split('\n')).toEqual(
      'BCD|001|1|SCT|COBADEFFXXX|Billhook GmbH|DE89370400440532013000|EUR12.05|||Invoice 12'.split('|'),
    );
    expect(unwrap(epcPayload({ ...TRANSFER, amountMinor: 1230n }))).toContain('\nEUR12.3\n');
    expect(unwrap(epcPayload({ ...TRANSFER, reference: null })).split('\n')).toHaveLength(8);
  });

  test('I271 is refused outside of its limits', () => {
    const code = (change: Partial<Parameters<typeof epcPayload>[0]>, version?: '001') =>
      codeOf(epcPayload({ ...TRANSFER, ...change }, version));
    expect(code({ amountMinor: 0n })).toBe('epc.amount');
    expect(code({ amountMinor: 100_000_000_000n })).toBe('epc.amount');
    expect(code({ holder: 'x'.repeat(71) })).toBe('epc.holder');
    expect(code({ holder: ' ' })).toBe('epc.holder');
    expect(code({ reference: null, text: 'x'.repeat(141) })).toBe('epc.text');
    expect(code({ reference: 'RF18 5' })).toBe('epc.reference');
    expect(code({}, '001')).toBe('epc.bic_missing');
    expect(code({ iban: 'CH9300762011623852957' })).toBe('epc.bic_missing');
    expect(code({ iban: 'DE001' })).toBe('iban.length');
    expect(code({ bic: 'x' })).toBe('bic.format');
    expect(code({ holder: '€'.repeat(70), reference: null, text: '€'.repeat(70) })).toBe('epc.too_long');
  });

  test('I271 is drawn as other encoders draw it', async () => {
    const { createHash } = await import('node:crypto');
    const drawn = (text: string) => {
      const code = encodeQr(text);
      return [
        code?.version,
        code?.mask,
        createHash('sha256')
          .update([...(code?.dark ?? [])].join(''))
          .digest('hex'),
      ];
    };
    expect(drawn('Billhook')).toEqual([
      1,
      2,
      '946b01e11d27959fe71d8d46d656c57137356550a35b7f9315b20c32ce740c88',
    ]);
    expect(drawn('é€😀 Müller')).toEqual([
      2,
      0,
      'e8f88dfc2f55729e0161eeb3a9a593287bf7a2eea6491538c7215af3e2414dac',
    ]);
    expect(drawn('x'.repeat(213))).toEqual([
      10,
      0,
      'f673820bb5ccd3f0f6035d879c98fa30d6d1f03153cace0b9a23da4e0a681a53',
    ]);
    expect(drawn('x'.repeat(331))).toEqual([
      13,
      0,
      '1ef2fb7e1bc786294047bdf37e7497c0aa01b6ebdd4c1de3df5c0777d5bdd63c',
    ]);
    expect(encodeQr('x'.repeat(332))).toBeNull();
    expect(Array.from({ length: LARGEST_VERSION }, (_, index) => capacityOf(index + 1))).toEqual([
      14, 26, 42, 62, 84, 106, 122, 152, 180, 213, 251, 287, 331,
    ]);
    const code = encodeQr('A');
    expect(code === null ? '' : qrPath(code)).toMatch(/^M0 0h7v1h-7zM/);
  });

  test('I271 any text is the bytes that a program reads', () => {
    for (const text of ['', 'plain', 'é\u07ff\u0800\uffff', '😀\u{10ffff}', 'lone \ud800 half'])
      expect(utf8(text)).toEqual([...new TextEncoder().encode(text)]);
  });
});

test('I274 names are alike by their words, whatever their order, accents and legal forms', () => {
  expect(likeness('Müller & Söhne GmbH', 'MUELLER SOEHNE')).toBe(100);
  expect(likeness('Lovelace, Ada', 'Ada Lovelace')).toBe(100);
  expect(likeness('Acme Ltd', 'Acme Deutschland GmbH')).toBe(66);
  expect(likeness('GmbH', 'Ada')).toBe(0);
  expect(likeness('', 'Ada')).toBe(0);
});
