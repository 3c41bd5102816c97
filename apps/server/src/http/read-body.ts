import type { RouteDefinition } from '@billhook/contract/define-route';
import { MAX_EVENTS_PER_BATCH } from '@billhook/contract/schemas/usage';
import { refuse } from '../platform/refuse.ts';
import { decodeUtf8, JsonFault, parseStrictJson } from './json.ts';

/** Media type without parameters, in lower case. Empty if there is none. */
export function mediaType(header: string | undefined): string {
  if (header === undefined) return '';
  const end = header.indexOf(';');
  return (end < 0 ? header : header.slice(0, end)).trim().toLowerCase();
}

/** Refuses a body of a kind that the operation does not take. */
export function checkMediaType(route: RouteDefinition, header: string | undefined): void {
  // Most callers send exactly what is listed.
  if (route.bodyKind === 'none' || (header !== undefined && route.contentTypes.includes(header))) return;
  if (!route.contentTypes.includes(mediaType(header))) {
    refuse('request.unsupported_media_type', `Send Content-Type ${route.contentTypes.join(' or ')}.`, {
      facts: { allowed: route.contentTypes },
    });
  }
  const charset = /charset\s*=\s*"?([^";\s]+)/i.exec(header ?? '')?.[1];
  if (charset !== undefined && charset.toLowerCase() !== 'utf-8') {
    refuse('request.unsupported_media_type', 'Send the body in UTF-8.');
  }
}

/** The value of a body. NDJSON becomes a list, one CloudEvent a list of one. @throws JsonFault, Refusal */
export function readBody(route: RouteDefinition, header: string | undefined, bytes: Uint8Array): unknown {
  if (route.bodyKind === 'none') {
    if (bytes.byteLength > 0 && decodeUtf8(bytes).trim() !== '') refuseUnwantedBody(decodeUtf8(bytes));
    return undefined;
  }
  const text = decodeUtf8(bytes);
  if (mediaType(header) === 'application/x-ndjson') return readLines(text);
  const value = parseStrictJson(text);
  if (route.bodyKind !== 'events') return value;
  if (!Array.isArray(value)) return [value];
  if (value.length > MAX_EVENTS_PER_BATCH) {
    refuse(
      'request.too_large',
      `A list has at most ${MAX_EVENTS_PER_BATCH} events; send more of them as NDJSON.`,
    );
  }
  return value;
}

/** An empty object is what many clients send where there is nothing to send. */
function refuseUnwantedBody(text: string): void {
  const value = parseStrictJson(text);
  const isEmpty =
    typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length === 0;
  if (isEmpty) return;
  const names =
    typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.keys(value) : [''];
  refuse('request.invalid', 'This operation takes no body.', {
    faults: names.map((name) => ({
      pointer: name === '' ? '' : `/${name}`,
      code: 'unknown_field',
      detail: 'There is no such member.',
    })),
  });
}

function readLines(text: string): unknown[] {
  const values: unknown[] = [];
  let start = 0;
  for (const line of text.split('\n')) {
    if (line.trim() !== '') {
      try {
        values.push(parseStrictJson(line));
      } catch (error) {
        if (error instanceof JsonFault)
          throw new JsonFault(`${error.message}, in line ${values.length + 1}`, start + error.position);
        throw error;
      }
    }
    start += line.length + 1;
  }
  return values;
}
