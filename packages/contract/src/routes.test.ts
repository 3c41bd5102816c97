import type { TSchema } from 'typebox';
import Value from 'typebox/value';
import { describe, expect, it } from 'vitest';
import { memberNames, operatorNames } from './client-names.ts';
import { COMMON_ERRORS, ERROR_CODES, ERRORS } from './errors.ts';
import { allRoutes, memberRoutes, operatorRoutes } from './routes.ts';
import { SCOPES } from './scopes.ts';

interface Shape {
  readonly type?: string;
  readonly additionalProperties?: unknown;
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly patternProperties?: Readonly<Record<string, Shape>>;
  readonly anyOf?: readonly Shape[];
  readonly items?: Shape;
  readonly pattern?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
}

/** Every schema inside a schema, with the path that leads there. */
function* walk(shape: Shape, path: string): Generator<[string, Shape]> {
  yield [path, shape];
  for (const [name, member] of Object.entries(shape.properties ?? {})) yield* walk(member, `${path}.${name}`);
  for (const member of Object.values(shape.patternProperties ?? {})) yield* walk(member, `${path}.*`);
  for (const member of shape.anyOf ?? []) yield* walk(member, path);
  if (shape.items !== undefined) yield* walk(shape.items, `${path}[]`);
}

const inputs = allRoutes.flatMap((route) =>
  [route.params, route.query, ...(route.body === null ? [] : [route.body])].map((schema) => ({
    route,
    schema,
  })),
);

describe('routes', () => {
  it('have unique ids, and unique methods with paths', () => {
    expect(new Set(allRoutes.map((route) => route.id)).size).toBe(allRoutes.length);
    expect(new Set(allRoutes.map((route) => `${route.method} ${route.path}`)).size).toBe(allRoutes.length);
  });

  it('are keyed by their own id', () => {
    for (const [id, route] of Object.entries({ ...operatorRoutes, ...memberRoutes }))
      expect(route.id).toBe(id);
  });

  it('describe exactly the parameters of their path', () => {
    for (const route of allRoutes) {
      const inPath = [...route.path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]).sort();
      expect(Object.keys((route.params as Shape).properties ?? {}).sort(), route.id).toEqual(inPath);
    }
  });

  it('let no unknown member in, at any depth', () => {
    for (const { route, schema } of inputs) {
      for (const [path, shape] of walk(schema as Shape, route.id)) {
        if (shape.type === 'object') expect(shape.additionalProperties, path).toBe(false);
      }
    }
  });

  it('name every member in snake case', () => {
    for (const route of allRoutes) {
      for (const schema of [route.params, route.query, route.body, route.response]) {
        if (schema === null) continue;
        for (const [path, shape] of walk(schema as Shape, route.id)) {
          for (const name of Object.keys(shape.properties ?? {}))
            expect(name, path).toMatch(/^[a-z][a-z0-9]*(_[a-z0-9]+)*$/);
        }
      }
    }
  });

  it('refuse U+0000 in every text they take', () => {
    for (const { route, schema } of inputs) {
      for (const [path, shape] of walk(schema as Shape, route.id)) {
        if (shape.type !== 'string' || shape.const !== undefined) continue;
        expect(shape.pattern, path).toBeDefined();
        expect(new RegExp(shape.pattern ?? '', 'u').test('\u0000'), path).toBe(false);
      }
    }
  });

  it('answer with objects that say what they are, and those with an id say when they were made', () => {
    for (const route of allRoutes) {
      const shape = route.response as Shape | null;
      if (shape === null || route.id === 'explainLine') continue;
      expect(shape.properties?.object?.const, route.id).toBeTypeOf('string');
      if (shape.properties?.id !== undefined) expect(shape.properties.created_at, route.id).toBeDefined();
    }
  });

  it('ask for a key on every POST that changes state, unless an id of its own makes it repeatable', () => {
    const exempt = [
      'ingestEvents',
      'appendToEventStream',
      'trackUsage',
      'consumeCredits',
      'consumeUsage',
      'createReservation',
      'settleReservation',
      'releaseReservation',
      'acceptInvitation',
      'acceptMemberInvitation',
      // A second link to the same file is as good as the first.
      'createExportLink',
    ];
    for (const route of allRoutes) {
      const expected = route.kind === 'command' && route.method === 'POST' && !exempt.includes(route.id);
      expect(route.idempotency, route.id).toBe(expected ? 'required' : 'exempt');
    }
  });

  it('say who may call them', () => {
    for (const route of allRoutes) {
      if (route.audience === 'member') expect([route.scope, route.roles], route.id).toEqual([null, []]);
      else if (route.access === 'public') expect(route.roles, route.id).toEqual([]);
      else expect(route.roles, route.id).toContain('owner');
      expect(route.scope === null, route.id).toBe(
        route.access !== 'key_or_session' || route.audience === 'member',
      );
    }
  });

  it('take a page of 100 rows at most wherever they take pages', () => {
    for (const route of allRoutes) {
      const query = route.query as TSchema & Shape;
      if (query.properties?.limit === undefined) continue;
      // These cannot be asked without saying of what.
      const asksForMore = ['getUsage', 'listAccountEntries'].includes(route.id);
      expect(Value.Check(query, { limit: 100 }) || asksForMore, route.id).toBe(true);
      expect(Value.Check(query, { limit: 101 }), route.id).toBe(false);
      expect(Value.Check(query, { limit: 0 }), route.id).toBe(false);
    }
  });

  it('carry an example for every JSON body, and it validates', () => {
    for (const route of allRoutes) {
      if (route.body === null || route.bodyKind === 'multipart') continue;
      expect(route.example, route.id).toBeDefined();
      expect(Value.Check(route.body, route.example), route.id).toBe(true);
    }
  });

  it('have one name each in the clients', () => {
    for (const names of [operatorNames, memberNames]) {
      const all = Object.values(names);
      expect(new Set(all).size).toBe(all.length);
    }
  });
});

describe('errors', () => {
  it('have an error status and a sentence that helps', () => {
    for (const code of ERROR_CODES) {
      expect(ERRORS[code].status, code).toBeGreaterThanOrEqual(400);
      expect(ERRORS[code].remedy, code).toMatch(/[.…]$/);
      expect(code).toMatch(/^[a-z_]+\.[a-z_]+$/);
    }
  });

  it('are named once a route, and never those that any route may answer with', () => {
    for (const route of allRoutes) {
      expect(new Set(route.errors).size, route.id).toBe(route.errors.length);
      for (const code of route.errors) expect(COMMON_ERRORS, route.id).not.toContain(code);
    }
  });
});

describe('scopes', () => {
  it('are each asked for by a route', () => {
    const asked = new Set(allRoutes.map((route) => route.scope));
    for (const scope of SCOPES) expect(asked, scope).toContain(scope);
  });
});
