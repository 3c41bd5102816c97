const GSM7 = new Set(
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà',
);
/** Letters of the extension table, each of which takes two places. */
const EXTENDED = new Set('^{}\\[~]|€\f');

/** Into how many parts the network cuts a text, each of which is paid for (3GPP TS 23.038 and 23.040). */
export function textParts(body: string): number {
  const letters = [...body];
  if (letters.every((letter) => GSM7.has(letter) || EXTENDED.has(letter))) {
    const places = letters.reduce((sum, letter) => sum + (EXTENDED.has(letter) ? 2 : 1), 0);
    return places <= 160 ? 1 : Math.ceil(places / 153);
  }
  // In UTF-16 code units, as UCS-2 counts.
  return body.length <= 70 ? 1 : Math.ceil(body.length / 67);
}
