import type { Kind, Records } from '../state/records.ts';
import type { Call } from './call.ts';
import { missing } from './error.ts';
import { listAnswer, pageOf } from './list.ts';
import { render } from './render.ts';

/** The record that the path names, or 404 in Stripe's shape. */
export function recordOfPath<K extends Kind>(call: Call, kind: K, what: string = kind): Records[K] {
  const record = call.draft.get(kind, call.id);
  if (record === undefined) throw missing(what, call.id, 'id', 404);
  return record;
}

/** A page of the records of a kind that pass `filter`, rendered. */
export function listRecords<K extends Kind>(
  { draft, params }: Call,
  kind: K,
  url: string,
  filter: (record: Records[K]) => boolean = () => true,
): object {
  const page = pageOf(draft.all(kind).filter(filter), params, kind);
  return listAnswer(
    url,
    page.data.map((record) => render(kind, record, draft)),
    page.hasMore,
  );
}
