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

/** Prints types for a client from the schemas of the contract. */
export function createTypePrinter(): TypePrinter {
  const named = namedSchemas();
  const names = new Map<string, string>();
  for (const [name, schema] of named) {
    if (!names.has(schemaText(schema))) names.set(schemaText(schema), name);
  }
  const records = new Set<string>();
  const closed = new Set<string>();

  function typeOf(schema: TSchema): string {
    return names.get(schemaText(schema)) ?? literalType(schema);
  }

  function literalType(schema: TSchema): string {
    const shape = schema as Shape;
    if (shape.const !== undefined) return quote(shape.const);
    if (shape.enum !== undefined) return shape.enum.map(quote).join(' | ');
    if (shape.anyOf !== undefined) return unionType(shape.anyOf);
    switch (shape.type) {
      case 'string':
        return 'string';
      case 'integer':
      case 'number':
        return 'number';
      case 'boolean':
        return 'boolean';
      case 'null':
        return 'null';
      case 'array':
        return arrayType(shape.items);
      case 'object':
        return objectType(shape);
      default:
        return 'unknown';
    }
  }

  function unionType(members: readonly TSchema[]): string {
    return [...new Set(members.map(typeOf))].join(' | ');
  }

  function arrayType(items: TSchema | undefined): string {
    const item = items === undefined ? 'unknown' : typeOf(items);
    return /^[A-Za-z]+$/.test(item) ? `${item}[]` : `Array<${item}>`;
  }

  function objectType(shape: Shape): string {
    if (shape.patternProperties !== undefined) {
      const value = Object.values(shape.patternProperties)[0];
      return `Record<string, ${value === undefined ? 'unknown' : typeOf(value)}>`;
    }
    const members = Object.entries(shape.properties ?? {});
    if (members.length === 0) return 'Record<string, never>';
    return `{\n${members.map(([name, member]) => printMember(name, member, shape.required ?? [])).join('\n')}\n}`;
  }

  function printMember(name: string, member: TSchema, required: readonly string[]): string {
    noteShape(name, member);
    const type = typeOf(member).replaceAll('\n', '\n  ');
    return required.includes(name)
      ? `  ${camelCase(name)}: ${type};`
      : `  ${camelCase(name)}?: ${type} | undefined;`;
  }

  /** A name must not mean a record in one place and a closed object in another, or keys could not be told apart. */
  function noteShape(name: string, member: TSchema): void {
    const shape = member as Shape;
    for (const one of shape.anyOf ?? [member]) {
      const inner = one as Shape;
      if (inner.type !== 'object') continue;
      (inner.patternProperties === undefined ? closed : records).add(name);
    }
    if (records.has(name) && closed.has(name))
      throw new Error(`${name} is a record here and a closed object there.`);
  }

  function declarations(): string {
    const blocks: string[] = [];
    for (const [name, schema] of named) {
      const first = names.get(schemaText(schema));
      const type = first === name ? literalType(schema) : (first ?? 'unknown');
      const isOneObject = first === name && (schema as Shape).type === 'object' && type.startsWith('{');
      blocks.push(isOneObject ? `export interface ${name} ${type}` : `export type ${name} = ${type};`);
    }
    return blocks.join('\n\n');
  }

  return { typeOf, declarations, recordMembers: () => [...records].sort() };
}

function quote(value: string | number | boolean): string {
  return typeof value === 'string'
    ? `'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
    : String(value);
}
