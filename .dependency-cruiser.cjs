// Who may import whom. ARCHITECTURE.md says why; tests/imports.test.ts proves that each rule trips.

const TEST = '\\.test\\.tsx?$|/testing/|^[^/]+/[^/]+/tests/';

/** Each package, and the other packages of this repository that its sources may import. */
const PACKAGES = {
  'packages/core': [],
  'packages/contract': ['packages/core'],
  'packages/sim': ['packages/core'],
  'packages/sandbox': [],
  'packages/sdk': ['packages/contract', 'packages/core'],
  'packages/react': ['packages/sdk', 'packages/core'],
  'packages/ui': ['packages/sdk', 'packages/core'],
  'packages/cli': ['packages/sdk', 'packages/core'],
  'apps/admin': ['packages/sdk', 'packages/ui', 'packages/core'],
  'apps/portal': ['packages/sdk', 'packages/ui', 'packages/core'],
  'apps/demo': ['packages/sdk', 'packages/core'],
  'apps/server': ['packages/contract', 'packages/core', 'packages/sandbox'],
};

/** Modules of the server by rank: a module imports only from ranks below its own. */
const RANKS = [
  ['identity'],
  ['catalog', 'customers', 'files', 'ledger', 'credentials'],
  ['subscriptions', 'usage', 'credits', 'risk'],
  ['entitlements', 'invoicing'],
  ['payments', 'banking', 'fleet'],
  ['checkout', 'dunning', 'support', 'mirror'],
  ['notifications', 'webhooks'],
  ['analytics', 'transfer'],
];

const server = 'apps/server/src';

function packageRule([folder, allowed]) {
  const own = [folder, ...allowed].join('|');
  return {
    name: `only-allowed-packages-from-${folder.split('/')[1]}`,
    severity: 'error',
    from: { path: `^${folder}/src/`, pathNot: TEST },
    to: { path: '^(packages|apps|products)/', pathNot: `^(${own})/` },
  };
}

function rankRule(modules, rank) {
  const higher = RANKS.slice(rank).flat();
  return modules.map((name) => ({
    name: `rank-of-${name}`,
    severity: 'error',
    comment: 'A module imports only modules of a lower rank.',
    from: { path: `^${server}/modules/${name}/`, pathNot: TEST },
    to: { path: `^${server}/modules/(${higher.filter((other) => other !== name).join('|')})/` },
  }));
}

module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'nothing-unresolved',
      severity: 'error',
      from: { pathNot: TEST },
      // Style sheets and assets are the bundler's business.
      to: { couldNotResolve: true, pathNot: '\\.css$|^virtual:|\\?' },
    },
    {
      name: 'core-is-pure',
      severity: 'error',
      comment: 'No I/O, no clock, no dependency: core imports only itself.',
      from: { path: '^packages/core/src/', pathNot: TEST },
      to: { pathNot: '^packages/core/src/' },
    },
    {
      name: 'nobody-imports-server',
      severity: 'error',
      from: { path: '^(packages|apps|products)/', pathNot: '^apps/server/' },
      to: { path: '^apps/server/' },
    },
    {
      name: 'modules-meet-at-api',
      severity: 'error',
      from: { path: `^${server}/modules/([^/]+)/`, pathNot: TEST },
      to: { path: `^${server}/modules/[^/]+/`, pathNot: [`^${server}/modules/$1/`, '/api\\.ts$'] },
    },
    {
      name: 'processes-meet-modules-at-api',
      severity: 'error',
      from: { path: `^${server}/(processes|http)/`, pathNot: TEST },
      to: { path: `^${server}/modules/`, pathNot: '/api\\.ts$' },
    },
    {
      name: 'modules-know-no-process',
      severity: 'error',
      comment: 'Routes and jobs of a module may start a process; its commands and queries may not.',
      from: { path: `^${server}/modules/[^/]+/(commands|queries|repo|changes)`, pathNot: TEST },
      to: { path: `^${server}/processes/` },
    },
    {
      name: 'platform-knows-nothing-above',
      severity: 'error',
      from: { path: `^${server}/platform/`, pathNot: TEST },
      to: { path: `^${server}/(modules|processes|adapters|http)/` },
    },
    {
      name: 'adapters-only-from-composition',
      severity: 'error',
      from: { path: `^${server}/`, pathNot: [`^${server}/(adapters/|composition|main|start)`, TEST] },
      to: { path: `^${server}/adapters/` },
    },
    {
      name: 'no-tests-in-sources',
      severity: 'error',
      from: { path: '^(packages|apps|products)/[^/]+/src/', pathNot: TEST },
      to: { path: '\\.test\\.tsx?$|/testing/' },
    },
    ...Object.entries(PACKAGES).map(packageRule),
    ...RANKS.flatMap(rankRule),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(dist|node_modules/(?!@billhook))/|/gallery/' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['types', 'import', 'node', 'default'],
      extensions: ['.ts', '.tsx', '.js', '.mjs', '.json'],
    },
  },
};
