import { createLocalDiskStore } from '../adapters/local-disk/file-store.ts';
import type { Config } from '../platform/config.ts';

/** The S3 client is large, so it is loaded only where S3 is set up. */
export async function fileStore(config: Config) {
  if (config.s3 === undefined) return createLocalDiskStore(`${config.dataFolder}/files`);
  const { createS3Store } = await import('../adapters/s3/file-store.ts');
  return createS3Store(config.s3);
}
