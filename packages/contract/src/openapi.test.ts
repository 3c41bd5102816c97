import { describe, expect, it } from 'vitest';
import { openApiDocument } from './openapi.ts';
import { memberRoutes, operatorRoutes } from './routes.ts';

type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

function references(node: Json): string[] {
  if (Array.isArray(node)) return node.flatMap(references);
  if (typeof node !== 'object' || node === null) return [];
  return Object.entries(node).flatMap(([name, value]) =>
    name === '$ref' ? [String(value)] : references(value),
  );
}

describe.each([
  ['operator', operatorRoutes],
  ['member', memberRoutes],
] as const)('the OpenAPI document for the %s', (audience, routes) => {
  const document = openApiDocument(audience);
  const paths = document.paths as Record<string, Record<string, { operationId: string }>>;

  it('names every route once by its id', () => {
    const ids = Object.values(paths).flatMap((path) =>
      Object.values(path).map((operation) => operation.operationId),
    );
    expect(ids.sort()).toEqual(Object.keys(routes).sort());
  });

  it('refers only to schemas that it holds', () => {
    const { schemas } = document.components as { schemas: Record<string, Json> };
    for (const reference of references(document)) {
      expect(Object.keys(schemas)).toContain(reference.replace('#/components/schemas/', ''));
    }
  });

  it('is the same each time', () => {
    expect(JSON.stringify(openApiDocument(audience))).toBe(JSON.stringify(document));
  });
});
