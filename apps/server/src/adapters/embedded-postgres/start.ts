import { Client, escapeLiteral } from 'pg';
import type { Log } from '../../platform/log.ts';
import { findInstalledBinaries, usableBinaries } from './binaries.ts';
import { clearLeftOver } from './clear-left-over.ts';
import { ADMIN_NAME, type Cluster, ensureCluster, FIRST_DATABASE, finishCluster } from './cluster.ts';
import type { FindPrepared } from './copy-cluster.ts';
import { lockFolder } from './lock-folder.ts';
import { choosePlace, type Place } from './place.ts';
import { type Postmaster, startPostmaster } from './postmaster.ts';

const DATABASE = 'billhook';

export interface EmbeddedPostgresOptions {
  /** The server's data folder; made if it is not there. */
  dataRoot: string;
  log: Log;
  /** Off only for throw-away clusters of tests: nothing survives a power cut then. On by default. */
  fsync?: boolean;
  /** What a new database folder is copied from; without it, or where it cannot be read, PostgreSQL makes one anew. */
  prepared?: FindPrepared | undefined;
  /** Called with a short text whenever a step begins that may take longer than two seconds. */
  onProgress?: (text: string) => void;
  /** Called once, as soon as the work goes on in processes of its own: the time to load other things. */
  onBegun?: () => void;
  /** Called when PostgreSQL ends without having been asked to; the server cannot go on then. */
  onUnexpectedEnd?: (sentence: string) => void;
}

export interface EmbeddedPostgres {
  /** Connection URL of the administrator, with its password: never log it. */
  adminUrl: string;
  port: number;
  /** Where the data really lie. */
  folder: string;
  /** The postmaster; its workers are its children. */
  pids: number[];
  stop(): Promise<void>;
}

/**
 * Starts the embedded PostgreSQL of a data folder: makes it at first, recovers it after a crash, takes over from
 * an orphan. Throws `EmbeddedPostgresFault`, whose message is one plain sentence, when that cannot be done.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const { log, fsync = true, onProgress = () => undefined } = options;
  const place = choosePlace(options.dataRoot);
  if (place.movedSentence) {
    log.info({}, place.movedSentence);
    onProgress(place.movedSentence);
  }
  const lock = await lockFolder(place.lockFile, options.dataRoot);
  try {
    const binaries = usableBinaries(findInstalledBinaries(), place.account, place.copies, onProgress);
    const left = await clearLeftOver(place.cluster);
    if (left === 'orphan') log.warn({}, 'Stopped the database that a dead server had left running');
    const making = ensureCluster(place, binaries, fsync, options.prepared);
    // Its first process is at work by now: what the caller does meanwhile holds nothing up.
    options.onBegun?.();
    const { password, fresh } = await making;
    const postmaster = await startPostmaster(place, binaries, fsync, onProgress);
    const url = (database: string, opensTo = password) =>
      `postgres://${ADMIN_NAME}:${opensTo}@127.0.0.1:${postmaster.port}/${database}`;
    if (fresh !== undefined)
      await makeOurs(url('template1', fresh.firstPassword), password, fresh, place, postmaster);
    let stopping: Promise<void> | undefined;
    void postmaster.ended.then((reason) => {
      if (!stopping) options.onUnexpectedEnd?.(`The embedded PostgreSQL ended unexpectedly: ${reason}`);
    });
    return {
      adminUrl: url(DATABASE),
      port: postmaster.port,
      folder: place.cluster,
      pids: [postmaster.pid],
      stop() {
        stopping ??= postmaster.stop().finally(() => lock.release());
        return stopping;
      },
    };
  } catch (error) {
    lock.release();
    throw error;
  }
}

/**
 * The last step of a first start. Until it is done, the folder counts as half-made. The empty database that a new
 * cluster has is given our name, which takes no time; another copy would take a quarter of a second. A copied cluster
 * has that name, and is given a password of its own.
 */
async function makeOurs(
  url: string,
  password: string,
  fresh: NonNullable<Cluster['fresh']>,
  place: Place,
  postmaster: Postmaster,
): Promise<void> {
  const client = new Client({ connectionString: url });
  try {
    await client.connect();
    if (fresh.firstPassword === undefined) {
      await client.query(`alter database ${FIRST_DATABASE} rename to ${DATABASE}`);
      await client.query(`comment on database ${DATABASE} is null`);
    } else {
      await client.query(`alter role ${ADMIN_NAME} password ${escapeLiteral(password)}`);
    }
    await client.end();
    await fresh.synced;
    finishCluster(place);
  } catch (error) {
    await postmaster.stop();
    throw error;
  }
}
