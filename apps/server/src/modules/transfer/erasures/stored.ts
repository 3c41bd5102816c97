import type { Transactor } from '../../../platform/transaction.ts';
import type { FileRequest, FileService, FileStore } from '../../files/api.ts';

/** Deletes the bytes of uploads of a customer, and of files whose import named it. Documents stay. */
export async function removeStored(
  deps: { transactor: Transactor; files: Pick<FileService, 'remove'>; store: FileStore },
  request: FileRequest,
  customerId: string,
): Promise<void> {
  const values = (tenantId: number) => [tenantId, customerId];
  const uploads = await deps.transactor.query(request, (ctx) =>
    ctx.sql.rows<{ id: string; key: string; isClean: boolean }>(
      `select id, storage_key as key, state = 'clean' as "isClean" from files
       where tenant_id = $1 and customer_id = $2 and purpose not in ('invoice_pdf', 'tax_certificate') and state in ('clean', 'deleted') order by id`,
      values(ctx.tenant.id),
    ),
  );
  // One that was deleted before may have kept its bytes, where the process stopped between the two.
  for (const { id, key, isClean } of uploads)
    await (isClean ? deps.files.remove(request, id, 'erasure') : deps.store.delete(key));
  const imported = await deps.transactor.query(request, (ctx) =>
    ctx.sql.rows<{ key: string }>(
      `select i.storage_key as key from imports i where i.tenant_id = $1 and i.finished_at is not null
         and exists (select from import_lines l where l.tenant_id = $1 and l.import_id = i.id and l.object_id = $2)`,
      values(ctx.tenant.id),
    ),
  );
  for (const { key } of imported) await deps.store.delete(key);
}
