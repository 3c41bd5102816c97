import { allRoutes } from '@billhook/contract/routes';
import { describe, expect, it } from 'vitest';
import { camelName, fromWire, snakeName, toWire } from './case.ts';

function memberNames(schema: unknown): string[] {
  if (Array.isArray(schema)) return schema.flatMap(memberNames);
  if (typeof schema !== 'object' || schema === null) return [];
  const { properties } = schema as { properties?: object };
  return [...Object.keys(properties ?? {}), ...Object.values(schema).flatMap(memberNames)];
}

describe('spelling', () => {
  it('of every member of the contract survives the way there and back', () => {
    const names = new Set(
      allRoutes.flatMap((route) => memberNames([route.query, route.body, route.response])),
    );
    for (const name of names) expect(snakeName(camelName(name))).toBe(name);
  });

  it('of keys that belong to the caller is left alone', () => {
    const wire = { external_id: 'x', metadata: { costCenter: '1', cost_center: '2' } };
    expect(fromWire(wire)).toEqual({ externalId: 'x', metadata: { costCenter: '1', cost_center: '2' } });
    expect(toWire(fromWire(wire))).toEqual(wire);
  });

  it('of a page under `data` is changed although facts under `data` are not', () => {
    const page = {
      data: [{ occurred_at: 't', data: { plan_key: 'pro' } }],
      has_more: false,
      next_cursor: null,
    };
    expect(fromWire(page)).toEqual({
      data: [{ occurredAt: 't', data: { plan_key: 'pro' } }],
      hasMore: false,
      nextCursor: null,
    });
  });
});
