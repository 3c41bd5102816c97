import { counted } from '@billhook/core/kernel/counted';
/** Events as they were pasted: one JSON object a line, or one JSON array of all. */
export type PastedEvents = { readonly events: readonly object[] } | { readonly fault: string };

/** The server takes as many at once. */
const MOST = 5_000;

/** Reads pasted events; says which line is none. Whether an event is right is for the server to say. */
export function readPastedEvents(text: string): PastedEvents {
  const trimmed = text.trim();
  const events = trimmed.startsWith('[') ? fromArray(trimmed) : fromLines(trimmed);
  if ('events' in events && events.events.length > MOST)
    return { fault: `These are ${counted(events.events.length, 'event')}; fill in up to ${MOST} at once.` };
  return events;
}

function fromArray(text: string): PastedEvents {
  const value = parse(text);
  const isList = Array.isArray(value) && value.every(isObject);
  return isList ? { events: value } : { fault: 'This is no list of JSON objects yet.' };
}

function fromLines(text: string): PastedEvents {
  const events: object[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    const value = parse(line);
    if (!isObject(value)) return { fault: `Line ${index + 1} is no JSON object yet.` };
    events.push(value);
  }
  return { events };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
