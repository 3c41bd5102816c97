import type { CloudEvent } from '@billhook/sdk/generated/types';
import { UsageError } from './exit-codes.ts';
import { parseJson } from './files.ts';

export type EventDraft = Omit<CloudEvent, 'specversion'>;

/**
 * How a record of a file becomes a usage event. `customer`, `time` and `id` name members of the record. `type` and
 * `source` are words of their own, or name a member if they begin with `$`. `data` names the members that are kept.
 */
export interface Mapping {
  readonly customer: string;
  readonly time: string;
  readonly id: string;
  readonly type: string;
  readonly source: string;
  readonly data: readonly string[];
}

const DEFAULTS: Mapping = {
  customer: 'subject',
  time: 'time',
  id: 'id',
  type: '$type',
  source: 'import',
  data: [],
};
const NAMES = Object.keys(DEFAULTS);

/** Reads `customer=client,time=time,type=request,data=bytes+status`. */
export function parseMapping(text: string): Partial<Mapping> {
  const parts: Record<string, unknown> = {};
  for (const part of text.split(',').filter((one) => one.trim() !== '')) {
    const split = part.indexOf('=');
    const name = part.slice(0, split).trim();
    const value = part.slice(split + 1).trim();
    if (split < 1 || value === '' || !NAMES.includes(name)) {
      throw new UsageError(
        `"${part}" is no mapping. Write NAME=MEMBER, with NAME one of ${NAMES.join(', ')}.`,
      );
    }
    parts[name] = name === 'data' ? value.split('+').map((member) => member.trim()) : value;
  }
  return parts;
}

/** Reads a mapping from the text of a JSON file with the same names. */
export function readMappingFile(text: string, file = 'The mapping file'): Partial<Mapping> {
  const value = parseJson(text, file);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new UsageError('A mapping file holds one JSON object.');
  }
  for (const [name, member] of Object.entries(value)) {
    const isList = Array.isArray(member) && member.every((one) => typeof one === 'string');
    const isRight = name === 'data' ? isList : typeof member === 'string';
    if (!NAMES.includes(name) || !isRight)
      throw new UsageError(`The mapping file says nothing useful about "${name}".`);
  }
  return value as Partial<Mapping>;
}

export function completeMapping(...parts: readonly Partial<Mapping>[]): Mapping {
  return Object.assign({}, DEFAULTS, ...parts) as Mapping;
}

/** The event of a record, or a sentence on why there is none. A record that is a CloudEvent stays as it is. */
export function mapRecord(record: unknown, mapping: Mapping): EventDraft | string {
  if (typeof record !== 'object' || record === null || Array.isArray(record))
    return 'It is not a JSON object.';
  const members = record as Record<string, unknown>;
  if (members.specversion === '1.0') return members as unknown as EventDraft;
  const texts: Record<string, string> = {};
  for (const [name, member] of [
    ['subject', mapping.customer],
    ['time', mapping.time],
    ['id', mapping.id],
  ] as const) {
    const value = textOf(members[member]);
    if (value === null) return `It has no "${member}".`;
    texts[name] = value;
  }
  for (const name of ['type', 'source'] as const) {
    const value = wordOrMember(members, mapping[name]);
    if (value === null) return `It has no "${mapping[name].slice(1)}".`;
    texts[name] = value;
  }
  const data = Object.fromEntries(
    mapping.data.filter((name) => members[name] !== undefined).map((name) => [name, members[name]]),
  );
  return { ...(texts as unknown as EventDraft), ...(mapping.data.length === 0 ? {} : { data }) };
}

function wordOrMember(members: Readonly<Record<string, unknown>>, word: string): string | null {
  return word.startsWith('$') ? textOf(members[word.slice(1)]) : word;
}

function textOf(value: unknown): string | null {
  if (typeof value === 'string' && value !== '') return value;
  return typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : null;
}
