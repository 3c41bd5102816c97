import { RECORD_MEMBERS } from './generated/record-members.ts';

/** `periodStart` becomes `period_start`. */
export function snakeName(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** `period_start` becomes `periodStart`. */
export function camelName(name: string): string {
  return name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

/** The same value with the names of all members in snake case. Keys that belong to the caller stay. */
export function toWire(value: unknown): unknown {
  return rename(value, snakeName);
}

/** The same value with the names of all members in camel case. Keys that belong to the caller stay. */
export function fromWire(value: unknown): unknown {
  return rename(value, camelName);
}

function rename(value: unknown, nameOf: (name: string) => string): unknown {
  if (Array.isArray(value)) return value.map((item) => rename(item, nameOf));
  if (typeof value !== 'object' || value === null) return value;
  const renamed: Record<string, unknown> = {};
  for (const [name, member] of Object.entries(value)) {
    renamed[nameOf(name)] = isOwnRecord(name, member) ? member : rename(member, nameOf);
  }
  return renamed;
}

/** A list under such a name holds objects of the contract; only a plain object holds keys of the caller. */
function isOwnRecord(name: string, member: unknown): boolean {
  return RECORD_MEMBERS.has(snakeName(name)) && !Array.isArray(member);
}
