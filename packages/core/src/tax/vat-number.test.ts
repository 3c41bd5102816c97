import { expect, test } from 'vitest';
import { formatVatNumber, isInVies, parseVatNumber } from './vat-number.ts';

/** Made by chance so that the published check digits hold; several where a country has several forms. */
const RIGHT: Record<string, readonly string[]> = {
  AT: ['ATU83263898', 'ATU12322761'],
  BE: ['BE1591688242', 'BE1498451446', 'BE 0403.170.701'],
  BG: ['BG431136220', 'BG877541962', 'BG0197743549', 'BG4984206188'],
  CY: ['CY26660530T', 'CY98632666B'],
  CZ: ['CZ010209652', 'CZ502902162', 'CZ067605814', 'CZ25123891', 'CZ640903926'],
  DE: ['DE483454271', 'DE379367476', 'DE 136 695 976'],
  DK: ['DK69173705', 'DK57541261'],
  EE: ['EE373949225', 'EE012052509'],
  EL: ['EL658113717', 'EL532952311'],
  ES: ['ESG62497615', 'ESJ84075480', 'ES54362315K', 'ESX2482300W', 'ESQ2818002D'],
  FI: ['FI53392212', 'FI90437715'],
  FR: ['FR68496323346', 'FR91950597666', 'FRZ1741966923', 'FR7P694101528'],
  HR: ['HR90683144796', 'HR18208632283'],
  HU: ['HU12648292', 'HU80919944'],
  IE: ['IE7017672H', 'IE7037253LI', 'IE6433435F', 'IE8D79739I'],
  IT: ['IT90142370379', 'IT48419590525'],
  LT: ['LT261204813', 'LT017255516513'],
  LU: ['LU46601511', 'LU64077766'],
  LV: ['LV66275124665', 'LV02073660940'],
  MT: ['MT78611536', 'MT61735205'],
  NL: ['NL376318089B54', 'NL435518458B34'],
  PL: ['PL7306148326', 'PL2360961085'],
  PT: ['PT234488956', 'PT679714855'],
  RO: ['RO2096015666', 'RO60', 'RO18547290'],
  SE: ['SE512770037401', 'SE425243143401'],
  SI: ['SI48926370', 'SI32591144'],
  SK: ['SK2186768848', 'SK3932133359'],
  GB: ['GB860968680', 'GB349034554811', 'GBGD348', 'GBHA500'],
  XI: ['XI860968680'],
  CHE: ['CHE-946.816.732 TVA', 'CHE574639290', 'CHE-107.787.577 IVA'],
  NO: ['NO661394870MVA', '454 246 675 MVA', 'NO454246675'],
};

const codeOf = (text: string): string => {
  const read = parseVatNumber(text);
  return read.ok ? 'ok' : read.refusal.code.replace('vat_number.', '');
};

test.each(Object.entries(RIGHT))('I311 numbers of %s in all their forms are read', (prefix, numbers) => {
  expect(numbers.map(codeOf)).toEqual(numbers.map(() => 'ok'));
  for (const text of numbers) {
    const read = parseVatNumber(text);
    expect(read.ok && read.value.prefix).toBe(prefix);
    const written = read.ok ? formatVatNumber(read.value) : '';
    expect(parseVatNumber(written)).toEqual(read);
    const spaced = [...written.toLowerCase()].join(' ').replace(/ /, '.');
    expect(parseVatNumber(spaced)).toEqual(read);
  }
});

/** Each figure of a number one higher. */
function slips(text: string): string[] {
  return [...text].flatMap((char, at) =>
    /\d/.test(char) ? [`${text.slice(0, at)}${(Number(char) + 1) % 10}${text.slice(at + 1)}`] : [],
  );
}

test('I311 a slip in one figure is caught in every country, and hardly ever missed', () => {
  let [slipped, missed] = [0, 0];
  for (const [prefix, numbers] of Object.entries(RIGHT)) {
    // Numbers of British offices and Czech people born before 1954 have no check digit.
    const checked = numbers.filter((text) => !/GD|HA|^CZ[0-57-9]\d{8}$/.test(text));
    const wrong = checked.flatMap(slips);
    const through = wrong.filter((text) => codeOf(text) === 'ok').length;
    expect(through, prefix).toBeLessThan(wrong.length / 3);
    slipped += wrong.length;
    missed += through;
  }
  expect(missed).toBeLessThan(slipped / 12);
});

test.each([
  ['DE48345427', 'malformed'],
  ['DE4834542711', 'malformed'],
  ['DE048345427', 'malformed'],
  ['ATU8326389', 'malformed'],
  ['AT83263898', 'malformed'],
  ['BE2591688242', 'malformed'],
  ['NL376318089C54', 'malformed'],
  ['SE512770037400', 'malformed'],
  ['SE512770037495', 'malformed'],
  ['SK1907180165', 'malformed'],
  ['CHE946816732XYZ', 'malformed'],
  ['FROI496323346', 'malformed'],
  ['RO0096015666', 'malformed'],
  ['CY12660530T', 'check_digits'],
  ['GBGD500', 'check_digits'],
  ['GBHA499', 'check_digits'],
  ['ESB7862277F', 'check_digits'],
  ['IT00000000000', 'check_digits'],
  ['GR658113717', 'unknown_country'],
  ['658113717', 'unknown_country'],
  ['US123456789', 'unknown_country'],
  ['', 'unknown_country'],
  ['constructor', 'unknown_country'],
  [`DE${'1'.repeat(60)}`, 'unknown_country'],
  ['DE４８３４５４２７１', 'malformed'],
  ['DE483454271; drop', 'malformed'],
])('I311 a near miss is told apart: %s is %s', (text, code) => {
  expect(codeOf(text)).toBe(code);
});

test('countries are those of ISO 3166, and VIES knows member states and Northern Ireland', () => {
  const read = (text: string) => {
    const one = parseVatNumber(text);
    return one.ok ? [one.value.country, isInVies(one.value)] : [];
  };
  expect(['EL658113717', 'XI860968680', 'GB860968680', 'CHE574639290', 'NO454246675'].map(read)).toEqual([
    ['GR', true],
    ['XI', true],
    ['GB', false],
    ['CH', false],
    ['NO', false],
  ]);
});
