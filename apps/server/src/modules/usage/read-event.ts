import { hash } from 'node:crypto';
import type { JsonObject } from '@billhook/core/kernel/json';
import { parseInstant } from '@billhook/core/time/instant';
import type { UsageEvent } from './types.ts';

export type ReadEvent = { ok: true; event: UsageEvent } | { ok: false; id: string | null; faults: string[] };

const MEMBERS: ReadonlySet<string> = new Set([
  'specversion',
  'id',
  'source',
  'type',
  'subject',
  'time',
  'datacontenttype',
  'dataschema',
  'data',
]);
const MAX_DATA_LENGTH = 65_536;
/**
 * Reads one CloudEvent 1.0. Every fault is told, each as a sentence that names its member; nothing is thrown, because
 * one bad event must not refuse its neighbours.
 */
export function readEvent(value: unknown): ReadEvent {
  if (!isObject(value)) return { ok: false, id: null, faults: ['An event is a JSON object.'] };
  const faults: string[] = [];
  for (const name in value) {
    if (!MEMBERS.has(name)) faults.push(`/${name}: there is no such member.`);
  }
  if (value.specversion !== '1.0') faults.push('/specversion: this is "1.0".');
  const eventId = lineOf(value, 'id', faults);
  const source = lineOf(value, 'source', faults);
  const type = lineOf(value, 'type', faults);
  const subject = lineOf(value, 'subject', faults);
  const time = typeof value.time === 'string' ? parseInstant(value.time) : null;
  if (time === null) faults.push('/time: this is a text such as 2026-01-31T12:00:00Z.');
  else if (!time.ok) faults.push(`/time: ${time.refusal.detail}`);
  const json = readData(value.data, faults);
  if (faults.length > 0 || !time?.ok) {
    return { ok: false, id: typeof value.id === 'string' ? value.id.slice(0, 200) : null, faults };
  }
  const data = (value.data ?? {}) as JsonObject;
  const event = { source, eventId, type, subject, time: time.value, data, json, contentHash: '' };
  event.contentHash = digest(event);
  return { ok: true, event };
}

function lineOf(value: Record<string, unknown>, name: string, faults: string[]): string {
  const member = value[name];
  if (isLine(member)) return member;
  faults.push(`/${name}: this is one line of 1 to 200 characters.`);
  return '';
}

/** The digest by which a repetition is told from another event under the same id. */
export function digest(event: Omit<UsageEvent, 'contentHash'>): string {
  const { type, subject, time, data, json } = event;
  const sorted = json !== undefined && isSorted(data) ? json : sortedJson(data);
  const head = JSON.stringify([type, subject, time]);
  return hash('sha256', `${head.slice(0, -1)},${sorted}]`, 'hex');
}

/** @returns the JSON of an event's data */
function readData(value: unknown, faults: string[]): string {
  if (value === undefined) return '{}';
  if (!isObject(value)) {
    faults.push('/data: this is a JSON object.');
    return '';
  }
  const text = JSON.stringify(value);
  if (text.length > MAX_DATA_LENGTH)
    faults.push(`/data: this is at most ${MAX_DATA_LENGTH} characters of JSON.`);
  // PostgreSQL keeps neither U+0000 nor half a surrogate pair in JSON.
  if (text.includes('\\u') && /(?<!\\)(?:\\\\)*\\u(?:0000|d[89a-f])/i.test(text))
    faults.push('/data: a text holds U+0000 or a lone surrogate.');
  return text;
}

/** One line of well-formed text: without the class Cc of Unicode, and without half a surrogate pair. */
function isLine(value: unknown): value is string {
  if (typeof value !== 'string' || value.length < 1 || value.length > 200) return false;
  let isPlain = true;
  for (let index = 0; index < value.length; index += 1) {
    const unit = value.charCodeAt(index);
    if (unit < 0x20 || (unit >= 0x7f && unit <= 0x9f)) return false;
    if (unit >= 0xd800) isPlain = false;
  }
  return isPlain || value.isWellFormed();
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** JSON with sorted members: the order in which a producer writes them makes no difference. */
function sortedJson(value: unknown): string {
  if (isSorted(value)) return JSON.stringify(value) ?? 'null';
  if (Array.isArray(value)) return `[${value.map(sortedJson).join(',')}]`;
  if (typeof value !== 'object' || value === null) return 'null';
  let text = '';
  for (const name of Object.keys(value).sort())
    text += `${text === '' ? '' : ','}${JSON.stringify(name)}:${sortedJson((value as Record<string, unknown>)[name])}`;
  return `{${text}}`;
}

/** Whether all members stand in their order already, and JSON as it is written anyway is sorted. */
function isSorted(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return true;
  if (Array.isArray(value)) return value.every(isSorted);
  let before = '';
  const members = value as Record<string, unknown>;
  for (const name in members) {
    if (name < before || !isSorted(members[name])) return false;
    before = name;
  }
  return true;
}
