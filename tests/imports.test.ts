import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { cruise, type IConfiguration, type ICruiseResult } from 'dependency-cruiser';
import { describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const config: Required<Pick<IConfiguration, 'forbidden' | 'options'>> = createRequire(import.meta.url)(
  path.join(root, '.dependency-cruiser.cjs'),
);

async function look(baseDir: string, folders = ['packages', 'apps']): Promise<ICruiseResult> {
  const ruleSet = { forbidden: config.forbidden };
  const answer = await cruise(
    folders,
    { ...config.options, baseDir, validate: true, ruleSet },
    config.options.enhancedResolveOptions,
  );
  return answer.output as ICruiseResult;
}

describe('the import rules', () => {
  test('catch every known-bad import of the fixture', async () => {
    const { summary } = await look(path.join(root, 'tests/tidy/bad-imports'));
    const found = summary.violations.map(({ rule, from }) => `${rule.name}: ${from}`).sort();
    const server = 'apps/server/src';
    expect(found).toEqual([
      `adapters-only-from-composition: ${server}/processes/sends.ts`,
      'core-is-pure: packages/core/src/impure.ts',
      `modules-know-no-process: ${server}/modules/catalog/commands/starts-process.ts`,
      `modules-meet-at-api: ${server}/modules/payments/past-the-door.ts`,
      `no-cycles: ${server}/modules/customers/one.ts`,
      `no-tests-in-sources: ${server}/modules/payments/uses-test.ts`,
      'nobody-imports-server: packages/sdk/src/reaches-server.ts',
      'nothing-unresolved: packages/ui/src/button.ts',
      'only-allowed-packages-from-sdk: packages/sdk/src/reaches-server.ts',
      'only-allowed-packages-from-sdk: packages/sdk/src/reaches-ui.ts',
      `platform-knows-nothing-above: ${server}/platform/knows-module.ts`,
      `processes-meet-modules-at-api: ${server}/http/past-the-door.ts`,
      `rank-of-catalog: ${server}/modules/catalog/upwards.ts`,
    ]);
  });

  test('see imports between packages of the real tree, so that silence means something', async () => {
    const { modules } = await look(root, [
      'apps/server/src/modules/customers',
      'apps/server/src/modules/catalog',
    ]);
    const crossing = modules.filter(
      ({ source, dependencies }) =>
        source.startsWith('apps/server/src/') &&
        dependencies.some(({ resolved }) => resolved.startsWith('packages/core/src/')),
    );
    expect(crossing.length).toBeGreaterThan(5);
  });
});
