import { parseInstant } from '@billhook/core/time/instant';
import type { TSchema } from 'typebox';
import type { TLocalizedValidationError } from 'typebox/error';
import type { FieldFault } from '../platform/refuse.ts';
import { memberPointer, textFaults } from './text-faults.ts';

type ValidationError = TLocalizedValidationError;
type Check = { Check(value: unknown): boolean; Errors(value: unknown): ValidationError[] };

const MAX_ERRORS = 200;

// The compiler takes time to load; it is needed at the first request, not at the start.
let compiler: Promise<(schema: TSchema) => Check> | undefined;
const compiled = new WeakMap<TSchema, Check>();

async function loadCompiler(): Promise<(schema: TSchema) => Check> {
  const [{ Compile }, { Settings }, { Format }] = await Promise.all([
    import('typebox/compile'),
    import('typebox/system'),
    import('typebox/format'),
  ]);
  Settings.Set({ maxErrors: MAX_ERRORS });
  Format.Set('date-time', (text) => parseInstant(text).ok);
  return (schema) => Compile(schema) as Check;
}

/**
 * All faults of a value at once, each with a JSON pointer below `root`. Empty if there are none.
 *
 * @param areTextsStorable whether it is known already that no text in it is one that PostgreSQL cannot keep
 */
export async function faultsOf(
  schema: TSchema,
  value: unknown,
  root: string,
  areTextsStorable = false,
): Promise<FieldFault[]> {
  compiler ??= loadCompiler();
  if (!compiled.has(schema)) compiled.set(schema, (await compiler)(schema));
  return faultsAtOnce(schema, value, root, areTextsStorable) ?? [];
}

/** The same without waiting, once the schema was met; undefined before. */
export function faultsAtOnce(
  schema: TSchema,
  value: unknown,
  root: string,
  areTextsStorable = false,
): FieldFault[] | undefined {
  const check = compiled.get(schema);
  if (check === undefined) return undefined;
  const unstorable = areTextsStorable ? [] : textFaults(value, root);
  if (unstorable.length > 0) return unstorable;
  if (check.Check(value)) return [];
  const faults = withoutBranches(check.Errors(value)).flatMap((error) => explain(error, root));
  return faults.length > 0
    ? faults
    : [{ pointer: root, code: 'invalid', detail: 'The value does not have the expected form.' }];
}

/**
 * Where a value may have one of several forms, the checker names the faults of every form. The one that the
 * caller most likely meant is kept; where none stands out, the list of allowed values.
 */
function withoutBranches(errors: readonly ValidationError[]): ValidationError[] {
  const outer = errors.filter(
    (error) =>
      error.keyword === 'anyOf' &&
      !errors.some((other) => other !== error && other.keyword === 'anyOf' && isWithin(error, other)),
  );
  const kept = errors.filter((error) => !outer.some((union) => union === error || isWithin(error, union)));
  for (const union of outer) {
    const inner = errors.filter((error) => error !== union && isWithin(error, union));
    kept.push(...bestBranch(union, inner));
  }
  return kept;
}

const isWithin = (error: ValidationError, union: ValidationError) =>
  error.schemaPath.startsWith(`${union.schemaPath}/anyOf/`) &&
  (error.instancePath === union.instancePath || error.instancePath.startsWith(`${union.instancePath}/`));

function bestBranch(union: ValidationError, inner: readonly ValidationError[]): ValidationError[] {
  const branches = new Map<string, ValidationError[]>();
  for (const error of inner) {
    const branch = error.schemaPath.slice(union.schemaPath.length + '/anyOf/'.length).split('/')[0] ?? '';
    branches.set(branch, [...(branches.get(branch) ?? []), error]);
  }
  const meant = [...branches.values()].filter(
    (list) =>
      !list.some(
        (error) =>
          error.keyword === 'const' ||
          (error.keyword === 'type' && error.instancePath === union.instancePath),
      ),
  );
  meant.sort((left, right) => left.length - right.length);
  if (meant[0] !== undefined) return withoutBranches(meant[0]);
  const told = wrongTeller(union, branches);
  if (told.length > 0) return told;
  const allowed = inner
    .filter((error) => error.keyword === 'const' && error.instancePath === union.instancePath)
    .map((error) => String((error.params as { allowedValue?: unknown }).allowedValue));
  return [
    allowed.length > 0
      ? ({ ...union, keyword: 'enum', params: { allowedValues: allowed } } as ValidationError)
      : union,
  ];
}

/**
 * Where one member tells the forms apart and says none of them, that member is at fault, and so is what no form has.
 */
function wrongTeller(
  union: ValidationError,
  branches: ReadonlyMap<string, readonly ValidationError[]>,
): ValidationError[] {
  const lists = [...branches.values()];
  const tellers = lists.map((list) =>
    list.find((error) => error.keyword === 'const' && error.instancePath !== union.instancePath),
  );
  const [first] = tellers;
  if (first === undefined || tellers.some((error) => error?.instancePath !== first.instancePath)) return [];
  const allowedValues = tellers.map(
    (error) => (error?.params as { allowedValue: unknown } | undefined)?.allowedValue,
  );
  const strangers = lists.map((list) =>
    list.find(
      (error) => error.keyword === 'additionalProperties' && error.instancePath === union.instancePath,
    ),
  );
  const namesOf = (error: ValidationError | undefined) =>
    (error?.params as { additionalProperties?: string[] } | undefined)?.additionalProperties ?? [];
  const unknown = namesOf(strangers[0]).filter((name) =>
    strangers.every((one) => namesOf(one).includes(name)),
  );
  return [
    { ...first, keyword: 'enum', params: { allowedValues } } as ValidationError,
    ...(strangers[0] === undefined || unknown.length === 0
      ? []
      : [{ ...strangers[0], params: { additionalProperties: unknown } } as ValidationError]),
  ];
}

function explain(error: ValidationError, root: string): FieldFault[] {
  const pointer = root + error.instancePath;
  const params = error.params as Record<string, unknown>;
  switch (error.keyword) {
    case 'boolean':
      // Reported once more, and better, as an additional property of the object around it.
      return [];
    case 'required':
      return (params.requiredProperties as string[]).map((name) => ({
        pointer: memberPointer(pointer, name),
        code: 'required',
        detail: 'This member is missing.',
      }));
    case 'additionalProperties':
      return (params.additionalProperties as string[]).map((name) => ({
        pointer: memberPointer(pointer, name),
        code: 'unknown_field',
        detail: 'There is no such member.',
      }));
    case 'enum':
      return [
        {
          pointer,
          code: 'enum',
          detail: 'The value is not one of those allowed.',
          allowed: (params.allowedValues as unknown[]).map(String),
        },
      ];
    case 'const':
      return [
        {
          pointer,
          code: 'enum',
          detail: 'The value is not the one allowed.',
          allowed: [String(params.allowedValue)],
        },
      ];
    default:
      return [{ pointer, code: error.keyword, detail: sentence(error) }];
  }
}

const sentence = (error: ValidationError) => {
  if (error.keyword === 'format') return 'The value names no day and time between the years 1970 and 2100.';
  if (error.keyword === 'anyOf') return 'The value has none of the allowed forms.';
  return `The value ${error.message}.`;
};

type PropertySchema = { type?: string; anyOf?: PropertySchema[] };

/** Reads figures and booleans out of a query string or a path; what is neither stays text and is found by validation. */
export function readQuery(schema: TSchema, raw: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const properties = (schema as { properties?: Record<string, PropertySchema> }).properties ?? {};
  const entries = Object.entries(raw).map(
    ([name, value]) => [name, readParameter(properties[name], value)] as const,
  );
  return Object.fromEntries(entries);
}

function readParameter(schema: PropertySchema | undefined, value: unknown): unknown {
  if (schema === undefined || typeof value !== 'string') return value;
  if ((schema.type === 'integer' || schema.type === 'number') && /^-?(?:0|[1-9][0-9]{0,15})$/.test(value))
    return Number(value);
  if (schema.type === 'boolean' && (value === 'true' || value === 'false')) return value === 'true';
  return value;
}
