import { flushCompileCache } from 'node:module';

/**
 * Loads all that the server may load, so that the compile cache holds it, and ends. The launcher runs it where the
 * cache is older than the sources.
 */
await Promise.all([
  import('../main.ts'),
  import('../composition.ts'),
  import('../adapters/better-auth/create-auth.ts'),
  import('../adapters/pdfkit/render-invoice.ts'),
  import('@billhook/sandbox/start'),
  import('@billhook/contract/openapi'),
]);
flushCompileCache();
process.exit(0);
