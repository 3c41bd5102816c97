/**
 * Which rows something rests on, as a sum of one number for each: a row that changes is written by another transaction,
 * whose number it carries, and so has another one. What many rest on is told apart by one sum.
 */
export type RowMark = bigint;

/** The number of a row of a table with an id; `name` is how the statement calls the table. */
export const markOf = (name: string) => `uuid_hash_extended(${name}.id, ${name}.xmin::text::bigint)`;

/** As a parameter of type `numeric`. */
export const sumOfMarks = (marks: readonly RowMark[]): string =>
  marks.reduce((sum, mark) => sum + mark, 0n).toString();
