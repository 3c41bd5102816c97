/** Any JSON. */
export type Json = null | string | number | boolean | readonly Json[] | { readonly [name: string]: Json };

/** Free-form fields, whose names the caller or the payment method chooses. */
const FREE = new Set(['metadata', 'payment_method_options', 'fraud_details', 'data']);

function kindOf(value: Json): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'list' : typeof value;
}

function isObject(value: Json | undefined): value is { readonly [name: string]: Json } {
  return value !== undefined && kindOf(value) === 'object';
}

/**
 * Every difference between our object and the example: unknown, missing, or of another type. `leftOut` names what
 * we may lack, `documented` what the example may lack.
 */
export function differences(
  ours: Json,
  example: Json,
  leftOut: readonly string[],
  documented: ReadonlySet<string>,
  path = '',
): string[] {
  if (ours === null || example === null) return [];
  if (kindOf(ours) !== kindOf(example)) return [`${path}: ${kindOf(ours)} instead of ${kindOf(example)}`];
  if (!isObject(ours) || !isObject(example)) return [];
  const at = (name: string) => (path === '' ? name : `${path}.${name}`);
  const unknown = Object.keys(ours).filter((name) => !(name in example) && !documented.has(at(name)));
  const missing = Object.keys(example).filter((name) => !(name in ours) && !leftOut.includes(at(name)));
  const inner = Object.keys(ours).flatMap((name) => {
    const [left, right] = [ours[name], example[name]];
    if (FREE.has(name) || left === undefined || right === undefined) return [];
    return isEmptyObject(right) ? [] : differences(left, right, leftOut, documented, at(name));
  });
  return [
    ...unknown.map((name) => `${at(name)}: unknown`),
    ...missing.map((name) => `${at(name)}: missing`),
    ...inner,
  ];
}

function isEmptyObject(value: Json): boolean {
  return isObject(value) && Object.keys(value).length === 0;
}
