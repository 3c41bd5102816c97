/** An object that came over the network, of which nothing is known yet. */
export type Members = Readonly<Record<string, unknown>>;

export function members(value: unknown): Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Members) : {};
}

export function text(value: unknown): string | null {
  return typeof value === 'string' && value.length > 0 ? value : null;
}

export function list(value: unknown): Members[] {
  return Array.isArray(value) ? value.map(members) : [];
}

/** A time in milliseconds; PayPal writes zones as Z, +00:00 and +0000. */
export function timeOf(value: unknown): number | null {
  const at = Date.parse((text(value) ?? '').replace(/([+-]\d\d)(\d\d)$/, '$1:$2'));
  return Number.isNaN(at) ? null : at;
}

/** The address of a link by its relation. */
export function linkOf(object: Members, ...relations: readonly string[]): string | null {
  const found = list(object.links).find((link) => relations.includes(text(link.rel) ?? ''));
  return text(found?.href);
}

/** The order that a capture belongs to. */
export function orderIdOf(capture: Members): string | null {
  return text(members(members(capture.supplementary_data).related_ids).order_id);
}
