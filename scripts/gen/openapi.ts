import { openApiDocument } from '../../packages/contract/src/openapi.ts';

/** The OpenAPI documents of both contracts. */
export async function generate(): Promise<Map<string, string>> {
  return new Map(
    (['operator', 'member'] as const).map((audience) => [
      `packages/contract/openapi.${audience}.json`,
      `${JSON.stringify(openApiDocument(audience), null, 2)}\n`,
    ]),
  );
}
