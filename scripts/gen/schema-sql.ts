import pg from 'pg';
import { startThrowAwayCluster } from '../../apps/server/src/testing/cluster.ts';
import { printSchema } from '../print-schema.ts';

/** The schema as the migrations leave it, printed for people to read and for the checks to compare. */
export async function generate(): Promise<Map<string, string>> {
  const cluster = await startThrowAwayCluster({ isTemplateOpen: true });
  const client = new pg.Client({ connectionString: cluster.templateUrl });
  try {
    await client.connect();
    return new Map([['apps/server/schema.sql', await printSchema(client)]]);
  } finally {
    await client.end();
    await cluster.discard();
  }
}
