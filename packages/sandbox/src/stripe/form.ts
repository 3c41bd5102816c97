/** A parsed form: names to texts or to further levels. Lists are levels whose names are 0, 1, 2 ... */
export interface FormLevel {
  readonly [name: string]: FormValue;
}

export type FormValue = string | FormLevel;

const MAX_PAIRS = 1_000;
const MAX_DEPTH = 8;

/** A form that is too large, too deep, or contradicts itself. */
export class FormError extends Error {}

type MutableLevel = { [name: string]: string | MutableLevel };

/**
 * Parses `application/x-www-form-urlencoded` text with Stripe's brackets: `a[b]=1`, `a[0][b]=1`, `a[]=1`.
 * Levels have no prototype, so that no name of a form can reach one.
 */
export function parseForm(text: string): FormLevel {
  const root: MutableLevel = Object.create(null);
  let pairs = 0;
  for (const [name, value] of new URLSearchParams(text)) {
    pairs += 1;
    if (pairs > MAX_PAIRS) throw new FormError(`A form may have ${MAX_PAIRS} values at most.`);
    place(root, splitName(name), value, name);
  }
  return root;
}

function splitName(name: string): string[] {
  const bracket = name.indexOf('[');
  if (bracket <= 0) return [name];
  const inner = name.slice(bracket);
  if (!/^(\[[^[\]]*\])+$/.test(inner)) throw new FormError(`Invalid parameter name: ${name.slice(0, 80)}`);
  return [name.slice(0, bracket), ...inner.slice(1, -1).split('][')];
}

function place(root: MutableLevel, path: readonly string[], value: string, name: string): void {
  if (path.length > MAX_DEPTH)
    throw new FormError(`Parameters may be nested ${MAX_DEPTH} levels deep at most.`);
  let level = root;
  path.forEach((part, index) => {
    const key = part === '' ? String(Object.keys(level).length) : part;
    if (index === path.length - 1) {
      if (typeof level[key] === 'object')
        throw new FormError(`Contradicting parameter: ${name.slice(0, 80)}`);
      level[key] = value;
      return;
    }
    const next = level[key] ?? (Object.create(null) as MutableLevel);
    if (typeof next === 'string') throw new FormError(`Contradicting parameter: ${name.slice(0, 80)}`);
    level[key] = next;
    level = next;
  });
}
