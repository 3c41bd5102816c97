import type { TSchema } from 'typebox';
import { namedSchemas, schemaText } from './named-schemas.ts';

/** A JSON Schema as this printer reads it: only the keywords that the contract uses. */
interface Shape {
  readonly type?: string;
  readonly const?: string | number | boolean;
  readonly enum?: readonly (string | number)[];
  readonly anyOf?: readonly TSchema[];
  readonly items?: TSchema;
  readonly properties?: Readonly<Record<string, TSchema>>;
  readonly required?: readonly string[];
  readonly patternProperties?: Readonly<Record<string, TSchema>>;
}

export interface TypePrinter {
  /** The TypeScript type of a schema, in camel case, by name where it has one. */
  typeOf(schema: TSchema): string;
  /** All named types as declarations, in the order of the schemas. */
  declarations(): string;
  /** Names of members whose keys belong to the caller and are left as they are. */
  recordMembers(): readonly string[];
}

/** `period_start` becomes `periodStart`. */
export function camelCase(name: string): string {
  return name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

/** What the printer knows while it prints. */
interface State {
  /** Text of a schema to its name. */
  readonly names: ReadonlyMap<string, string>;
  /** Names of members that are records, and of those that are closed objects. */
  readonly records: Set<string>;
  readonly closed: Set<string>;
}

/** Prints types for a client from the schemas of the contract. */
export function createTypePrinter(): TypePrinter {
  const named = namedSchemas();
  const names = new Map<string, string>();
  for (const [name, schema] of named) {
    if (!names.has(schemaText(schema))) names.set(schemaText(schema), name);
  }
  const state: State = { names, records: new Set(), closed: new Set() };
  return {
    typeOf: (schema) => typeOf(state, schema),
    declarations: () => [...named].map(([name, schema]) => declaration(state, name, schema)).join('\n\n'),
    recordMembers: () => [...state.records].sort(),
  };
}

function declaration(state: State, name: string, schema: TSchema): string {
  const first = state.names.get(schemaText(schema));
  if (first !== name) return `export type ${name} = ${first ?? 'unknown'};`;
  const type = literalType(state, schema);
  const isOneObject = (schema as Shape).type === 'object' && type.startsWith('{');
  return isOneObject ? `export interface ${name} ${type}` : `export type ${name} = ${type};`;
}

function typeOf(state: State, schema: TSchema): string {
  return state.names.get(schemaText(schema)) ?? literalType(state, schema);
}

function literalType(state: State, schema: TSchema): string {
  const shape = schema as Shape;
  if (shape.const !== undefined) return quote(shape.const);
  if (shape.enum !== undefined) return shape.enum.map(quote).join(' | ');
  if (shape.anyOf !== undefined)
    return [...new Set(shape.anyOf.map((one) => typeOf(state, one)))].join(' | ');
  switch (shape.type) {
    case 'string':
    case 'boolean':
    case 'null':
      return shape.type;
    case 'integer':
    case 'number':
      return 'number';
    case 'array':
      return arrayType(state, shape.items);
    case 'object':
      return objectType(state, shape);
    default:
      return 'unknown';
  }
}

function arrayType(state: State, items: TSchema | undefined): string {
  const item = items === undefined ? 'unknown' : typeOf(state, items);
  return /^[A-Za-z]+$/.test(item) ? `${item}[]` : `Array<${item}>`;
}

function objectType(state: State, shape: Shape): string {
  if (shape.patternProperties !== undefined) {
    const value = Object.values(shape.patternProperties)[0];
    return `Record<string, ${value === undefined ? 'unknown' : typeOf(state, value)}>`;
  }
  const members = Object.entries(shape.properties ?? {});
  if (members.length === 0) return 'Record<string, never>';
  const required = shape.required ?? [];
  return `{\n${members.map(([name, member]) => printMember(state, name, member, required)).join('\n')}\n}`;
}

function printMember(state: State, name: string, member: TSchema, required: readonly string[]): string {
  noteShape(state, name, member);
  const type = typeOf(state, member).replaceAll('\n', '\n  ');
  return required.includes(name)
    ? `  ${camelCase(name)}: ${type};`
    : `  ${camelCase(name)}?: ${type} | undefined;`;
}

/** A name must not mean a record in one place and a closed object in another, or keys could not be told apart. */
function noteShape(state: State, name: string, member: TSchema): void {
  for (const one of (member as Shape).anyOf ?? [member]) {
    const inner = one as Shape;
    if (inner.type !== 'object') continue;
    (inner.patternProperties === undefined ? state.closed : state.records).add(name);
  }
  if (state.records.has(name) && state.closed.has(name)) {
    throw new Error(`${name} is a record here and a closed object there.`);
  }
}

function quote(value: string | number | boolean): string {
  return typeof value === 'string'
    ? `'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
    : String(value);
}
