import { createHash } from 'node:crypto';
import { encodeTypeId } from '@billhook/core/kernel/typeid';
import { type Instant, later } from '@billhook/core/time/instant';
import type { QueryCtx } from '../../platform/context.ts';
import { iso, isoOrNull } from '../../platform/sql.ts';
import type { TransactionRequest, Transactor } from '../../platform/transaction.ts';
import { listFeatures, listMeters } from '../catalog/api.ts';
import type { FileStore } from '../files/api.ts';
import { archivesBetween, type StoredArchive } from './archive.ts';
import type { HourSpan } from './queries/both-sides.ts';
import { verifyUsage } from './queries/verify.ts';
import { readTime } from './report.ts';
import { archivedUntil } from './retention.ts';
import { hourOf } from './rollup.ts';

type Query = { from?: string | undefined; to?: string | undefined };
type Damage = { archive: StoredArchive; status: 'changed' | 'missing' };

/**
 * What is kept against what the events come to, for every meter, archived ones too. Of months whose events lie in
 * archives alone, each part is read and held against the digest that was kept when it was written.
 */
export async function reportVerification(
  { transactor, store }: { transactor: Transactor; store: FileStore },
  request: TransactionRequest,
  query: Query,
) {
  const span = { from: boundOf(query.from, '/from'), to: boundOf(query.to, '/to') };
  const { archives, ...kept } = await transactor.query(request, (ctx) => verifyKept(ctx, span));
  const damaged = await damagedOf(store, archives);
  return {
    object: 'usage_verification' as const,
    ...kept,
    archives: {
      parts: archives.length,
      damaged: damaged.map(({ archive, status }) => ({
        id: encodeTypeId('arc', archive.id),
        from: iso(archive.start),
        part: archive.part,
        status,
      })),
    },
  };
}

const boundOf = (text: string | undefined, pointer: string) =>
  text === undefined ? null : hourOf(readTime(text, pointer));

async function verifyKept(ctx: QueryCtx, { from, to }: HourSpan) {
  const meters = await listMeters(ctx);
  const keys = new Map(meters.map((meter) => [meter.id, meter.key]));
  const features = new Map((await listFeatures(ctx)).map((feature) => [feature.id, feature.key]));
  // Events before this have left the database, or are about to: figures of then cannot be worked out again from them.
  const begin = await archivedUntil(ctx);
  const first = begin === null || from === null ? (begin ?? from) : later(begin, from);
  const found = await verifyUsage(ctx, meters, { from: first, to });
  return {
    archives: begin === null ? [] : await archivesBetween(ctx, { from, to: earliest(begin, to) }),
    events_from: isoOrNull(begin),
    meters: found.map(({ meterId, aggregation, ...counted }) => ({
      meter: encodeTypeId('meter', meterId),
      meter_key: keys.get(meterId) ?? '',
      aggregation,
      events: Number(counted.events),
      hours: Number(counted.hours),
      values: Number(counted.values),
      subjects: Number(counted.subjects),
      differences: Number(counted.differences),
    })),
    difference_count: found.reduce((sum, { differences }) => sum + Number(differences), 0),
    differences: found.flatMap(({ examples }) =>
      examples.map(({ meterId, customerId, featureId, subject, hour, kind, kept, recomputed }) => ({
        meter_key: keys.get(meterId) ?? '',
        customer: encodeTypeId('cus', customerId),
        feature: featureId === null ? null : (features.get(featureId) ?? null),
        subject,
        hour,
        kind,
        kept,
        recomputed,
      })),
    ),
  };
}

const earliest = (begin: Instant, to: Instant | null): Instant => (to !== null && to < begin ? to : begin);

/** Files are read one after the other, so that no more than one lies in memory. */
async function damagedOf(store: FileStore, archives: readonly StoredArchive[]): Promise<Damage[]> {
  const damaged: Damage[] = [];
  for (const archive of archives) {
    const bytes = await store.get(archive.storageKey);
    if (bytes === undefined) damaged.push({ archive, status: 'missing' });
    else if (createHash('sha256').update(bytes).digest('hex') !== archive.sha256)
      damaged.push({ archive, status: 'changed' });
  }
  return damaged;
}
