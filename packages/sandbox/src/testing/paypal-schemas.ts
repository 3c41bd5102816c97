import schemas from '../../fixtures/paypal-schemas.json' with { type: 'json' };

/** The part of JSON Schema that PayPal's specifications use. */
interface Schema {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly enum?: readonly unknown[];
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly items?: Schema;
  readonly allOf?: readonly Schema[];
  readonly $ref?: string;
  readonly additionalProperties?: unknown;
}

type Api = keyof typeof schemas;

const API = schemas as unknown as Readonly<Record<Api, Readonly<Record<string, Schema>>>>;

/** The schema as written, together with what it refers to and what it is all of. */
function layersOf(api: Api, schema: Schema): Schema[] {
  const referred = schema.$ref === undefined ? [] : layersOf(api, named(api, schema.$ref));
  return [schema, ...referred, ...(schema.allOf ?? []).flatMap((part) => layersOf(api, part))];
}

function named(api: Api, name: string): Schema {
  const schema = API[api][name];
  if (schema === undefined) throw new Error(`PayPal's ${api} has no ${name}`);
  return schema;
}

/**
 * Every way in which a value differs from PayPal's own schema: of another type, too long, of another shape, missing, or
 * unknown there.
 */
export function departures(api: Api, name: string, value: unknown): string[] {
  return check(api, named(api, name), value, name);
}

function check(api: Api, schema: Schema, value: unknown, path: string): string[] {
  const layers = layersOf(api, schema);
  const found = layers.flatMap((layer) => checkLayer(layer, value, path));
  if (Array.isArray(value)) {
    const items = layers.find((layer) => layer.items !== undefined)?.items;
    if (items === undefined) return found;
    return [...found, ...value.flatMap((item, index) => check(api, items, item, `${path}[${index}]`))];
  }
  if (typeof value !== 'object' || value === null) return found;
  const isFree = layers.some(({ additionalProperties }) => additionalProperties === true);
  const isDescribed = layers.some(({ properties }) => properties !== undefined);
  const inner = Object.entries(value).flatMap(([name, member]) => {
    const known = layers.find((layer) => layer.properties?.[name] !== undefined)?.properties?.[name];
    if (known !== undefined) return check(api, known, member, `${path}.${name}`);
    return isFree || !isDescribed ? [] : [`${path}.${name}: unknown`];
  });
  return [...found, ...inner];
}

function checkLayer(layer: Schema, value: unknown, path: string): string[] {
  const faults: string[] = [];
  const kind = Array.isArray(value) ? 'array' : value === null ? 'null' : typeof value;
  const wanted = layer.type === 'integer' ? 'number' : layer.type;
  if (wanted !== undefined && wanted !== kind) return [`${path}: ${kind} instead of ${layer.type}`];
  if (layer.enum !== undefined && !layer.enum.includes(value))
    faults.push(`${path}: ${String(value)} is not listed`);
  if (typeof value === 'string') {
    if (value.length < (layer.minLength ?? 0) || value.length > (layer.maxLength ?? value.length)) {
      faults.push(`${path}: ${value.length} characters`);
    }
    if (layer.pattern !== undefined && !new RegExp(layer.pattern).test(value)) {
      faults.push(`${path}: ${value} does not match ${layer.pattern}`);
    }
  }
  if (Array.isArray(value)) {
    if (value.length < (layer.minItems ?? 0) || value.length > (layer.maxItems ?? value.length)) {
      faults.push(`${path}: ${value.length} items`);
    }
  }
  if (kind === 'object') {
    const missing = (layer.required ?? []).filter((name) => !(name in (value as object)));
    faults.push(...missing.map((name) => `${path}.${name}: missing`));
  }
  return faults;
}
