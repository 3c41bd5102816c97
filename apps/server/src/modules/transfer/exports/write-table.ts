import { csvHead, csvRow } from '@billhook/core/transfer/csv';
import type { Dataset } from './datasets.ts';
import { parquetEnd, parquetPart } from './parquet.ts';
import { countRows, type Place, readRows } from './read-rows.ts';
import type { Writer } from './step.ts';

export function csvWriter(dataset: Dataset): Writer {
  return {
    total: (ctx, job) => countRows(ctx, job, dataset),
    async step({ transactor, request, pageRows }, job) {
      const { rows, next } = await transactor.query(request, (ctx) =>
        readRows(ctx, job, dataset, job.cursor as Place | null, pageRows),
      );
      const head = job.partCount === 0 ? csvHead(dataset.fields) : '';
      const text = rows.map((row) => csvRow(dataset.fields, row)).join('');
      return { bytes: Buffer.from(head + text), rows: rows.length, cursor: next, footer: null };
    },
  };
}

export function parquetWriter(dataset: Dataset): Writer {
  return {
    total: (ctx, job) => countRows(ctx, job, dataset),
    async step({ transactor, request, pageRows, footers }, job) {
      const { fields } = dataset;
      const { rows, next } = await transactor.query(request, (ctx) =>
        readRows(ctx, job, dataset, job.cursor as Place | null, pageRows),
      );
      const before = Number(job.byteSize);
      const { bytes, footer } = await parquetPart(fields, rows, before);
      if (next !== null) return { bytes, rows: rows.length, cursor: next, footer };
      const end = await parquetEnd(fields, [...(await footers()), footer], before + bytes.byteLength);
      return { bytes: Buffer.concat([bytes, end]), rows: rows.length, cursor: null, footer };
    },
  };
}
