/** ISO 3166-1 alpha-2, with XI for Northern Ireland and 1A for Kosovo as EN 16931 takes them. */
const COUNTRIES =
  '1A AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ ' +
  'CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR ' +
  'GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO ' +
  'JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR ' +
  'MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO ' +
  'RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV ' +
  'TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS XI YE YT ZA ZM ZW';

/** Schemes of electronic addresses (EAS) that are in use. */
const ADDRESS_SCHEMES =
  '0002 0007 0009 0037 0060 0088 0096 0097 0106 0130 0135 0142 0147 0151 0154 0158 0170 0177 0183 0184 0188 0190 0191 ' +
  '0192 0193 0194 0195 0196 0198 0199 0200 0201 0202 0203 0204 0205 0208 0209 0210 0211 0212 0213 0215 0216 0217 0218 ' +
  '0221 0225 0230 0235 0240 9910 9913 9914 9915 9918 9919 9920 9922 9923 9924 9925 9926 9927 9928 9929 9930 9931 9932 ' +
  '9933 9934 9935 9936 9937 9938 9939 9940 9941 9942 9943 9944 9945 9946 9947 9948 9949 9950 9951 9952 9953 9957 9959 ' +
  'AN AQ AS AU EM';

const listOf = (codes: string): ReadonlySet<string> => new Set(codes.split(' '));

export const COUNTRY_CODES = listOf(COUNTRIES);
export const EAS_CODES = listOf(ADDRESS_SCHEMES);
/** ISO 6523: every code up to the newest one, but those that were never given. */
export const ICD_CODES: ReadonlySet<string> = new Set(
  Array.from({ length: 247 }, (_, at) => String(at + 2).padStart(4, '0')).filter(
    (code) => !['0092', '0103', '0181', '0182'].includes(code),
  ),
);
/** UNCL 5305, of which our documents use these. */
export const CATEGORIES = listOf('S Z E AE K G O');
/** UNTDID 4461, of which our documents use these. */
export const MEANS_CODES = listOf('1 30 58');
/** UNTDID 1001, of which our documents use these. */
export const TYPE_CODES = listOf('380 381 383 384');
/** UN/ECE Recommendation 20, of which our documents use these: piece, hour, day, month, year, kilobyte, megabyte, gigabyte. */
export const UNIT_CODES = listOf('C62 HUR DAY MON ANN 2P 4L E34');
/** VATEX, of which our documents use these. */
export const VATEX_CODES = listOf(
  'VATEX-EU-AE VATEX-EU-IC VATEX-EU-G VATEX-EU-O VATEX-EU-151-1A VATEX-EU-151-1B VATEX-EU-151-1C',
);

/** Whether a scheme of electronic addresses is one of the list EAS. */
export function isAddressScheme(code: string): boolean {
  return EAS_CODES.has(code);
}

/** Whether an account number has the check digits of ISO 13616. */
export function isIban(text: string): boolean {
  const plain = text.replaceAll(' ', '');
  if (!/^[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}$/.test(plain)) return false;
  let rest = 0;
  for (const sign of `${plain.slice(4)}${plain.slice(0, 4)}`) {
    const digits = Number.parseInt(sign, 36);
    rest = (rest * (digits > 9 ? 100 : 10) + digits) % 97;
  }
  return rest === 1;
}
