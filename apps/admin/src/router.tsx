import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  retainSearchParams,
} from '@tanstack/react-router';
import { parseSearch, type Search, stringifySearch } from './lib/address.ts';
import { NotFound } from './shell/not-found.tsx';
import { SignedIn } from './shell/signed-in.tsx';

const root = createRootRoute({
  component: Outlet,
  notFoundComponent: NotFound,
  validateSearch: (search: Record<string, unknown>): Search => search as Search,
  // The tenant stays in the address wherever one goes, so that an address can be handed on.
  search: { middlewares: [retainSearchParams<Search>(['tenant'])] },
});

const app = createRoute({ getParentRoute: () => root, id: 'app', component: SignedIn });

/** Each screen is a file of its own that is fetched when someone goes there. */
const screens: Readonly<Record<string, ReturnType<typeof lazyRouteComponent>>> = {
  '/': lazyRouteComponent(() => import('./routes/home.tsx'), 'HomeScreen'),
  '/customers': lazyRouteComponent(() => import('./routes/customers.tsx'), 'CustomersScreen'),
  '/customers/$id': lazyRouteComponent(() => import('./routes/customer.tsx'), 'CustomerScreen'),
  '/plans': lazyRouteComponent(() => import('./routes/plans.tsx'), 'PlansScreen'),
  '/plans/$id': lazyRouteComponent(() => import('./routes/plan.tsx'), 'PlanScreen'),
  '/plans/$id/new-version': lazyRouteComponent(
    () => import('./routes/plan-version.tsx'),
    'PlanVersionScreen',
  ),
  '/new-plan': lazyRouteComponent(() => import('./routes/plan-version.tsx'), 'NewPlanScreen'),
  '/invoices': lazyRouteComponent(() => import('./routes/invoices.tsx'), 'InvoicesScreen'),
  '/invoices/$id': lazyRouteComponent(() => import('./routes/invoice.tsx'), 'InvoiceScreen'),
  '/payments': lazyRouteComponent(() => import('./routes/payments.tsx'), 'PaymentsScreen'),
  '/ledger': lazyRouteComponent(() => import('./routes/ledger.tsx'), 'LedgerScreen'),
  '/usage': lazyRouteComponent(() => import('./routes/usage.tsx'), 'UsageScreen'),
  '/mailbox': lazyRouteComponent(() => import('./routes/mailbox.tsx'), 'MailboxScreen'),
  '/clock': lazyRouteComponent(() => import('./routes/clock.tsx'), 'ClockScreen'),
  '/api-keys': lazyRouteComponent(() => import('./routes/api-keys.tsx'), 'ApiKeysScreen'),
  '/team': lazyRouteComponent(() => import('./routes/team.tsx'), 'TeamScreen'),
  '/audit': lazyRouteComponent(() => import('./routes/audit.tsx'), 'AuditScreen'),
  '/settings': lazyRouteComponent(() => import('./routes/settings.tsx'), 'SettingsScreen'),
};

/** What can be seen without being signed in. */
const doors: typeof screens = {
  '/sign-in': lazyRouteComponent(() => import('./routes/sign-in.tsx'), 'SignInScreen'),
  '/forgot-password': lazyRouteComponent(() => import('./routes/reset-password.tsx'), 'ForgotPasswordScreen'),
  '/reset-password': lazyRouteComponent(() => import('./routes/reset-password.tsx'), 'ResetPasswordScreen'),
  '/accept-invitation': lazyRouteComponent(
    () => import('./routes/accept-invitation.tsx'),
    'AcceptInvitationScreen',
  ),
};

const appTree = app.addChildren(
  Object.entries(screens).map(([path, component]) =>
    createRoute({ getParentRoute: () => app, path, component }),
  ),
);
const doorRoutes = Object.entries(doors).map(([path, component]) =>
  createRoute({ getParentRoute: () => root, path, component }),
);

export const router = createRouter({
  routeTree: root.addChildren([appTree, ...doorRoutes]),
  basepath: '/admin',
  parseSearch,
  stringifySearch,
  defaultPreload: 'intent',
  scrollRestoration: true,
});
