type Rgb = readonly [number, number, number];

const WHITE = 1;
/** What WCAG 2 wants of text of usual size. */
const ENOUGH = 4.5;

/** How bright a colour is, by WCAG 2: 0 for black, 1 for white. */
function luminance(rgb: Rgb): number {
  const [red, green, blue] = rgb.map((value) => {
    const part = value / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  }) as unknown as Rgb;
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function parse(hex: string): Rgb | null {
  const match = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(hex);
  return match === null ? null : (match.slice(1).map((part) => Number.parseInt(part, 16)) as unknown as Rgb);
}

/** How well a colour and white tell apart, by WCAG 2: 1 to 21. Null for what is no colour such as `#14532d`. */
export function contrastWithWhite(hex: string): number | null {
  const rgb = parse(hex);
  return rgb === null ? null : (WHITE + 0.05) / (luminance(rgb) + 0.05);
}

/**
 * The colour, darkened only as far as text of it on white, and white text on it, can be read: a contrast of 4.5 to 1.
 * A colour that can be read stays as it is; what is no colour gives the one to fall back on.
 */
export function readableColour(hex: string | null, otherwise: string): string {
  const rgb = hex === null ? null : parse(hex);
  if (rgb === null) return otherwise;
  for (let parts = 64; parts >= 0; parts -= 1) {
    const darker = rgb.map((value) => Math.floor((value * parts) / 64)) as unknown as Rgb;
    if ((WHITE + 0.05) / (luminance(darker) + 0.05) >= ENOUGH) return hexOf(darker);
  }
  return otherwise;
}

function hexOf(rgb: Rgb): string {
  return `#${rgb.map((value) => value.toString(16).padStart(2, '0')).join('')}`;
}
