import { invariant } from '@billhook/core/kernel/invariant';
import { NAME_LENGTH } from '@billhook/core/kernel/renaming';
import { patternOf, type TextPattern } from '@billhook/core/kernel/text-pattern';
import { ArrayWriter } from './array-writer.ts';
import { FORMS } from './columns.ts';
import type { CommandCtx } from './context.ts';
import type { Made, Members } from './members.ts';
import { type ColumnKind, type RowOf, TYPES } from './set-insert.ts';

/**
 * What of a column is each member's own; all others are of the kind. `name`: one of its names. `around`: a text in which
 * one may stand once. `text`: one in which names may stand anywhere. `made`: a new id; the row says which of those that
 * were made for the member. `given`: a value for each member. `digest`: SHA-256 of the column `canonical`. `computed`: what the
 * expression of the column says.
 */
type Role = 'name' | 'around' | 'text' | 'made' | 'given' | 'digest' | 'computed';
type Roles<Columns> = { readonly [Name in keyof Columns]?: Role };

/** A row of a kind: as that of its first member, but with places in place of ids that are made. */
type PatternRow<Columns extends Record<string, ColumnKind>, R> = {
  readonly [Name in keyof Columns as Name extends keyof R
    ? R[Name] extends 'given' | 'digest' | 'computed'
      ? never
      : Name
    : Name]: Name extends keyof R
    ? R[Name] extends 'made'
      ? number
      : RowOf<Columns>[Name]
    : RowOf<Columns>[Name];
};

export type PatternSet<Row> = {
  /**
   * @param names of the first member, which stand in the row
   * @param marks what stands in the row where a given value belongs, by its column
   */
  add(kind: number, names: readonly string[], row: Row, marks?: Readonly<Record<string, string>>): void;
  /** Inserts the rows of all members by one statement. */
  insert(
    ctx: Pick<CommandCtx, 'sql' | 'tenant'>,
    members: Members,
    made: Made,
    given?: Readonly<Record<string, Buffer>>,
  ): Promise<number>;
};

const ROOM = 2_000;
/** The parameters that every such statement has: tenant, kinds, bases, names, bases of ids, ids. */
const FIXED = 6;
const NAME = (place: string) => `($4::uuid[])[f.base + ${place}]`;

/**
 * Texts that are kept as their patterns: where the row of a pattern has an id in the column `id`, what the text of the column
 * `text` is made of goes into the table, once, and the members' own rows hold no text.
 */
type Keeping = { table: string; id: string; text: string };

/**
 * Inserts rows of many that are alike: those of each kind go over the wire once, and the database makes each member's of
 * them, with its own names in the places of those that the pattern was taken from.
 *
 * @param expressions what the database writes instead of a column's value, `p` being the row of the pattern, `f` what is the
 *   member's own, and `<column>_parts` what its text is made of
 */
export function patternInsert<
  const Columns extends Record<string, ColumnKind>,
  const R extends Roles<Columns>,
>(
  table: string,
  columns: Columns,
  roles: R,
  expressions: { readonly [Name in keyof Columns]?: string } = {},
  keeping?: Keeping,
): () => PatternSet<PatternRow<Columns, R>> {
  const plan = planOf(columns, roles);
  const text = patternStatement(table, plan, expressions, keeping);
  return () => {
    const writers = plan.parameters.map((form) => new ArrayWriter<never>(FORMS[form], ROOM));
    let count = 0;
    return {
      add(kind, names, row, marks = {}) {
        const sought = soughtOf(names, plan.given, marks);
        const write: Write = (at, value) => (writers[at] as ArrayWriter<never>).add(value as never);
        write(0, kind);
        write(1, count);
        // One after the other into the arrays: what were put together for each column would be most of the garbage.
        for (let index = 0; index < plan.columns.length; index += 1) {
          const column = plan.columns[index] as Planned;
          const value = (row as Record<string, unknown>)[column.name];
          if (!writeCells(write, column, value, sought, count))
            invariant(false, `${table}.${column.name} holds no more names than it may.`);
        }
        count += 1;
      },
      async insert(ctx, { count: members, wire }, made, given = {}) {
        if (count === 0 || members === 0) return 0;
        return ctx.sql.run(text, [
          ctx.tenant.id,
          wire.kinds,
          wire.bases,
          wire.names,
          made.bases,
          made.ids,
          ...plan.given.map((name) => given[name] as Buffer),
          ...writers.map((writer) => writer.end()),
        ]);
      },
    };
  };
}

/** A column, and the first of the parameters that tell of it. */
type Planned = { name: string; kind: ColumnKind; role: Role | undefined; first: number };
type Plan = { columns: readonly Planned[]; given: readonly string[]; parameters: readonly ColumnKind[] };

function planOf(columns: Record<string, ColumnKind>, roles: Record<string, Role | undefined>): Plan {
  // The kind of each row of a pattern, and its number.
  const parameters: ColumnKind[] = ['whole', 'whole'];
  const planned = Object.entries(columns).map(([name, kind]): Planned => {
    const role = roles[name];
    const first = parameters.length;
    parameters.push(...parametersOf(kind, role));
    return { name, kind, role, first };
  });
  const given = planned.filter(({ role }) => role === 'given').map(({ name }) => name);
  return { columns: planned, given, parameters };
}

function parametersOf(kind: ColumnKind, role: Role | undefined): ColumnKind[] {
  switch (role) {
    case undefined:
      return [kind];
    case 'given':
    case 'digest':
    case 'computed':
      return [];
    case 'made':
      return ['whole'];
    case 'name':
      return [kind, 'whole'];
    case 'around':
      // Itself where it holds no name; else what stands before it, the name and what stands behind it.
      return [kind, 'text', 'whole', 'text'];
    case 'text':
      // Itself where it holds no name; else the row, the part and what stands behind it, for each part.
      return [kind, 'whole', 'text', 'whole'];
  }
}

function patternStatement(
  table: string,
  { columns, given, parameters }: Plan,
  expressions: Record<string, string | undefined>,
  keeping: Keeping | undefined,
): string {
  const first = FIXED + given.length + 1;
  const list = (at: number) => `unnest($${first + at}::${TYPES[parameters[at] as ColumnKind]}[])`;
  const whole = (at: number) => `${list(at)}::integer`;
  const kindOf = new Map(columns.map(({ name, kind }) => [name, kind]));
  const members = given.map((name, index) => {
    const kind = kindOf.get(name) as ColumnKind;
    // JSON is given as the text that stands in the document, too.
    return `unnest($${FIXED + 1 + index}::${kind === 'json' ? 'text' : TYPES[kind]}[]) as "${name}"`;
  });
  const pattern = columns.flatMap(({ name, role, first: at }) => {
    if (role === 'given' || role === 'digest' || role === 'computed') return [];
    if (role === 'made') return [`${whole(at)} as "${name}_place"`];
    const own = `${list(at)} as "${name}"`;
    if (role === 'name') return [own, `${whole(at + 1)} as "${name}_place"`];
    if (role !== 'around') return [own];
    return [
      own,
      `${list(at + 1)} as "${name}_before"`,
      `${whole(at + 2)} as "${name}_place"`,
      `${list(at + 3)} as "${name}_behind"`,
    ];
  });
  const texts = columns.filter(({ role }) => role === 'text');
  const parts = texts.map(
    ({ name, first: at }) => `"${name}_parts" as materialized (
      select x.row, array_agg(x.part) as parts, array_agg(x.place) as places, max(x.place) as names
      from (select ${whole(at + 1)} as row, ${list(at + 2)} as part, ${whole(at + 3)} as place) x group by x.row
    )`,
  );
  const joins = texts.map(
    ({ name }) => `left join "${name}_parts" on "${name}_parts".row = p.row_of_pattern`,
  );
  const values = columns.map(
    (column) => `${expressions[column.name] ?? columnValue(column, given)} as "${column.name}"`,
  );
  const outer = columns.map(({ name, role }) => {
    if (role === 'digest') return `sha256(convert_to(r.canonical, 'UTF8'))`;
    return name === keeping?.text
      ? `case when r."${keeping.id}" is null then r."${name}" end`
      : `r."${name}"`;
  });
  const ctes = [
    `f as materialized (select ${['unnest($2::bigint[])::integer as kind_of_member', 'unnest($3::bigint[])::integer as base', 'unnest($5::bigint[])::integer as made', ...members].join(', ')})`,
    `p as materialized (select ${[`${whole(0)} as kind_of_pattern`, `${whole(1)} as row_of_pattern`, ...pattern].join(', ')})`,
    ...parts,
    ...(keeping === undefined ? [] : [keptPatterns(keeping)]),
  ];
  return `with ${ctes.join(', ')}
    insert into ${table} (tenant_id, ${columns.map(({ name }) => `"${name}"`).join(', ')})
    select $1, ${outer.join(', ')} from (
      select ${values.join(', ')} from f join p on p.kind_of_pattern = f.kind_of_member ${joins.join(' ')}
      where $6::uuid[] is not null offset 0
    ) r`;
}

const keptPatterns = ({ table, id, text }: Keeping) => `kept as (
      insert into ${table} (tenant_id, id, parts, places) select $1, p."${id}", x.parts, x.places
      from p join "${text}_parts" x on x.row = p.row_of_pattern where p."${id}" is not null
    )`;

function columnValue({ name, kind, role }: Planned, given: readonly string[]): string {
  const own = `p."${name}"`;
  switch (role) {
    case undefined:
      return own;
    case 'digest':
    case 'computed':
      return 'null';
    case 'given':
      return kind === 'json' ? `f."${name}"::jsonb` : `f."${name}"`;
    case 'made':
      return `($6::uuid[])[f.made + p."${name}_place"]`;
    case 'name':
      return `coalesce(${NAME(`p."${name}_place"`)}, ${own})`;
    case 'around': {
      const text = `p."${name}_before" || ${NAME(`p."${name}_place"`)}::text || p."${name}_behind"`;
      return `coalesce(${own}, (${text})${kind === 'json' ? '::jsonb' : ''})`;
    }
    case 'text':
      return `coalesce(${own}, (select string_agg(x.part || coalesce(${pieceOf(given)}, ''), '')
        from (select unnest("${name}_parts".parts) as part, unnest("${name}_parts".places) as place) x)${kind === 'json' ? '::jsonb' : ''})`;
  }
}

/** What stands behind a part of a text: a name, or what was given. */
function pieceOf(given: readonly string[]): string {
  const name = `${NAME('x.place')}::text`;
  if (given.length === 0) return name;
  const cases = given.map((column, index) => `when ${-1 - index} then f."${column}"::text`);
  return `case x.place ${cases.join(' ')} else ${name} end`;
}

type Sought = {
  names: readonly string[];
  /** Names, and behind them marks; `places` says what each is known by. */
  all: readonly string[];
  places: readonly number[];
};

/** Places of names count from one; those of given values from minus one downwards. */
function soughtOf(
  names: readonly string[],
  given: readonly string[],
  marks: Readonly<Record<string, string>>,
): Sought {
  const marked = given.flatMap((name, index) => {
    const mark = marks[name];
    return mark === undefined ? [] : [{ mark, place: -1 - index }];
  });
  return {
    names,
    all: [...names, ...marked.map(({ mark }) => mark)],
    places: [...names.map((_, index) => index + 1), ...marked.map(({ place }) => place)],
  };
}

type Write = (parameter: number, value: unknown) => void;

/**
 * Writes a value of a column as it stands in the pattern; of a text that holds names, the parts around them. False where names
 * stand in it that the role has no room for.
 */
function writeCells(
  write: Write,
  { role, first }: Planned,
  value: unknown,
  sought: Sought,
  rowOfPattern: number,
): boolean {
  switch (role) {
    case undefined:
      write(first, value);
      return !holdsName(value, sought.names);
    case 'given':
    case 'digest':
    case 'computed':
      return true;
    case 'made':
      write(first, (value as number) + 1);
      return true;
    case 'name': {
      const place = sought.names.indexOf(value as string);
      write(first, place < 0 ? value : null);
      write(first + 1, place < 0 ? null : place + 1);
      return true;
    }
    case 'around':
      return writeAround(write, first, value as string | null, sought);
    case 'text':
      writeText(write, first, value as string | null, sought, rowOfPattern);
      return true;
  }
}

/** Itself where it holds no name; else what stands before it, the name and what stands behind it. */
function writeAround(write: Write, first: number, text: string | null, sought: Sought): boolean {
  const pattern = text === null ? null : foundIn(text, sought);
  write(first, pattern === null ? text : null);
  write(first + 1, pattern?.texts[0] ?? null);
  write(first + 2, pattern === null ? null : sought.places[pattern.places[0] as number]);
  write(first + 3, pattern?.texts[1] ?? null);
  return pattern === null || pattern.places.length === 1;
}

/** Itself where it holds no name; else the row, the part and what stands behind it, for each part. */
function writeText(
  write: Write,
  first: number,
  text: string | null,
  sought: Sought,
  rowOfPattern: number,
): void {
  const pattern = text === null ? null : foundIn(text, sought);
  write(first, pattern === null ? text : null);
  if (pattern === null) return;
  for (let index = 0; index < pattern.texts.length; index += 1) {
    const place = pattern.places[index];
    write(first + 1, rowOfPattern);
    write(first + 2, pattern.texts[index]);
    write(first + 3, place === undefined ? null : sought.places[place]);
  }
}

function holdsName(value: unknown, names: readonly string[]): boolean {
  if (typeof value !== 'string' || value.length < NAME_LENGTH) return false;
  for (let index = 0; index < names.length; index += 1)
    if (value.includes(names[index] as string)) return true;
  return false;
}

/** Null where none is found. */
function foundIn(text: string, { all }: Sought): TextPattern | null {
  if (text.length < NAME_LENGTH || all.length === 0) return null;
  const pattern = patternOf(text, all);
  return pattern.places.length === 0 ? null : pattern;
}
