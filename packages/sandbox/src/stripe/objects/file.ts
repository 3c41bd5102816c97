import type { FileRecord } from '../../state/money-records.ts';

/** A file as Stripe's API shows it. What was uploaded as evidence has no address: nobody can ask for it. */
export function renderFile(file: FileRecord): object {
  return {
    id: file.id,
    object: 'file',
    created: file.created,
    expires_at: null,
    filename: file.filename,
    links: { object: 'list', data: [], has_more: false, url: `/v1/file_links?file=${file.id}` },
    purpose: file.purpose,
    size: file.size,
    title: null,
    type: file.type,
    url: null,
  };
}
