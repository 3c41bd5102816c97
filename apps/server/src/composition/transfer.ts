import type { FileService, FileStore } from '../modules/files/api.ts';
import type { Providers } from '../modules/payments/api.ts';
import { erasuresSource } from '../modules/transfer/erasures/jobs.ts';
import { retentionSource } from '../modules/transfer/erasures/retention.ts';
import { erasureRoutes } from '../modules/transfer/erasures/routes.ts';
import { type ExportDeps, exportsSource } from '../modules/transfer/exports/jobs.ts';
import { importRoutes } from '../modules/transfer/import-routes.ts';
import { importsSource } from '../modules/transfer/imports/jobs.ts';
import { type ExportRouteDeps, exportRoutes } from '../modules/transfer/routes.ts';
import { createTextSigner, equalSecrets } from '../platform/crypto.ts';
import type { DueSource } from '../platform/due.ts';
import type { Transactor } from '../platform/transaction.ts';
import { rowMakers } from '../processes/import-rows.ts';
import type { PreviewTokens } from '../processes/preview-token.ts';
import type { documentsOf } from './documents.ts';

/** Rows of one piece of an export: some megabytes, whatever the table. */
const PAGE_ROWS = 5_000;

/** What leaves and enters as files: the work in the background, and who answers. */
export function composeTransfer(options: {
  transactor: Transactor;
  store: FileStore;
  files: FileService;
  providers: Providers;
  documents: ReturnType<typeof documentsOf>;
  masterKey: Uint8Array;
  previews: PreviewTokens;
  origin(): string;
  wake(source: string): void;
}) {
  const { transactor, store, files, providers, documents, origin, wake } = options;
  const { pdf, notePdf } = documents;
  const exporting: ExportDeps = { transactor, store, pdf, notePdf, pageRows: PAGE_ROWS };
  const answering: ExportRouteDeps = {
    transactor,
    store,
    origin,
    wake,
    sign: createTextSigner(options.masterKey, 'export-links'),
    same: equalSecrets,
  };
  const sources: DueSource[] = [
    exportsSource(exporting),
    importsSource({ transactor, store, makers: rowMakers(options.previews) }),
    erasuresSource({ transactor, providers, files, store }),
    retentionSource({ transactor, store }),
  ];
  const erasing = { wake, sign: createTextSigner(options.masterKey, 'erasure-previews'), same: equalSecrets };
  const routes = {
    ...exportRoutes(answering),
    ...importRoutes({ transactor, store, wake }),
    ...erasureRoutes(erasing),
  };
  return { sources, routes };
}
