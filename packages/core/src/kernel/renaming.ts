import { invariant } from './invariant.ts';

/** Names are ids: of one length, and drawn so that none comes about in a text by chance. */
export const NAME_LENGTH = 36;

/** A text taken apart where names stand in it: `texts[0]`, name number `places[0]`, `texts[1]`, and so on. */
export interface TextPattern {
  readonly texts: readonly string[];
  readonly places: readonly number[];
}

/** Where these names stand in a text. */
export function patternOf(text: string, names: readonly string[]): TextPattern {
  const texts: string[] = [];
  const places: number[] = [];
  const numberOf = new Map(names.map((name, index) => [name, index]));
  let begin = 0;
  for (const { 0: name, index } of text.matchAll(new RegExp(names.join('|'), 'g'))) {
    texts.push(text.slice(begin, index));
    places.push(numberOf.get(name) as number);
    begin = index + name.length;
  }
  texts.push(text.slice(begin));
  return { texts, places };
}

/** The text with other names in the places of those that it was taken apart by. */
export function filled({ texts, places }: TextPattern, names: readonly string[]): string {
  let text = texts[0] as string;
  for (let index = 0; index < places.length; index += 1)
    text += (names[places[index] as number] as string) + (texts[index + 1] as string);
  return text;
}

type Writer = (names: readonly string[]) => unknown;

/**
 * The same value for others: plain data in which each of `names` is replaced by the name in its place. What holds none of
 * them is shared by all answers and not copied. It is worked out once and answers any number of times.
 */
export function renaming<T>(value: T, names: readonly string[]): (others: readonly string[]) => T {
  invariant(
    names.every((name) => name.length === NAME_LENGTH),
    'Names that are replaced are ids.',
  );
  const write = writerOf(value, { names, any: new RegExp(names.join('|')) });
  return write === null ? () => value : (others) => write(others) as T;
}

type Sought = { names: readonly string[]; any: RegExp };

/** Null for what stays as it is. */
function writerOf(value: unknown, sought: Sought): Writer | null {
  if (typeof value === 'string') return textWriter(value, sought);
  if (typeof value !== 'object' || value === null) return null;
  if (Array.isArray(value)) return listWriter(value, sought);
  invariant(Object.getPrototypeOf(value) === Object.prototype, 'Only plain data can be renamed.');
  return recordWriter(value as Record<string, unknown>, sought);
}

function textWriter(text: string, { names, any }: Sought): Writer | null {
  if (text.length < NAME_LENGTH || !any.test(text)) return null;
  const whole = names.indexOf(text);
  if (whole >= 0) return (others) => others[whole];
  const pattern = patternOf(text, names);
  return (others) => filled(pattern, others);
}

function listWriter(list: readonly unknown[], sought: Sought): Writer | null {
  const changed = list.flatMap((member, index) => {
    const write = writerOf(member, sought);
    return write === null ? [] : [{ index, write }];
  });
  if (changed.length === 0) return null;
  return (others) => {
    const copy = list.slice();
    for (const { index, write } of changed) copy[index] = write(others);
    return copy;
  };
}

function recordWriter(record: Record<string, unknown>, sought: Sought): Writer | null {
  const keys: string[] = [];
  const writers: Writer[] = [];
  for (const key of Object.keys(record)) {
    const writer = writerOf(record[key], sought);
    if (writer === null) continue;
    keys.push(key);
    writers.push(writer);
  }
  if (keys.length === 0) return null;
  return (others) => {
    const copy = { ...record };
    for (let index = 0; index < keys.length; index += 1)
      copy[keys[index] as string] = (writers[index] as Writer)(others);
    return copy;
  };
}
