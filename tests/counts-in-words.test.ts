import { expect, test } from 'vitest';
import { isTest, projectFiles, readProjectFile } from './tree.ts';

/** Things that people count. */
const THINGS =
  'times|rows|months|events|files|days|lines|customers|invoices|subscriptions|attempts|tries|weeks|hours|minutes|messages|' +
  'documents|payments|entries|records|periods|units|seats|plans|prices|notes|mails|bytes|stretches|years';
const COUNTED = new RegExp(String.raw`\$?\{([^{}]+)\} (?:${THINGS})\b(?!=)`, 'g');
/** Limits are larger than one and never change; how far a stream came is a place in it, told to programs. */
const NEVER_ONE = /^[A-Z][A-Z0-9_]+$|^linesTaken$/;

test('I582 nothing that people read counts by a number beside a word that is always many', () => {
  const told = projectFiles().filter(
    (name) =>
      /^(apps\/(admin|portal|server)|packages\/(ui|core|cli))\/src\/.*\.tsx?$/.test(name) &&
      !isTest(name) &&
      !/\/testing\/|\/words\//.test(name),
  );
  expect(told.length).toBeGreaterThan(500);
  const found = told.flatMap((name) =>
    [...readProjectFile(name).matchAll(COUNTED)]
      .filter(([, value = '']) => !NEVER_ONE.test(value))
      .map(([text]) => `${name}: ${text}`),
  );
  expect(found).toEqual([]);
});
