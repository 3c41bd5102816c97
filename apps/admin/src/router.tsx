import { ROUTER_OPTIONS, rootRoute, routesOf, type Screens } from '@billhook/ui/app-router';
import { createRoute, createRouter, lazyRouteComponent, Outlet } from '@tanstack/react-router';
import { NotFound } from './shell/not-found.tsx';
import { SignedIn } from './shell/signed-in.tsx';

const root = rootRoute({ component: Outlet, notFound: NotFound, keep: 'tenant' });
const app = createRoute({ getParentRoute: () => root, id: 'app', component: SignedIn });

const screens: Screens = {
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
  '/invoices/$id/compare': lazyRouteComponent(
    () => import('./routes/compare-invoices.tsx'),
    'CompareInvoicesScreen',
  ),
  '/payments': lazyRouteComponent(() => import('./routes/payments.tsx'), 'PaymentsScreen'),
  '/bank': lazyRouteComponent(() => import('./routes/bank.tsx'), 'BankScreen'),
  '/reconciliation': lazyRouteComponent(() => import('./routes/reconciliation.tsx'), 'ReconciliationScreen'),
  '/provider-messages': lazyRouteComponent(
    () => import('./routes/provider-messages.tsx'),
    'ProviderMessagesScreen',
  ),
  '/block-list': lazyRouteComponent(() => import('./routes/block-list.tsx'), 'BlockListScreen'),
  '/health': lazyRouteComponent(() => import('./routes/health.tsx'), 'HealthScreen'),
  '/dunning': lazyRouteComponent(() => import('./routes/dunning.tsx'), 'DunningScreen'),
  '/dunning/$id': lazyRouteComponent(() => import('./routes/campaign.tsx'), 'CampaignScreen'),
  '/ledger': lazyRouteComponent(() => import('./routes/ledger.tsx'), 'LedgerScreen'),
  '/ledger/$id': lazyRouteComponent(() => import('./routes/account.tsx'), 'AccountScreen'),
  '/exports': lazyRouteComponent(() => import('./routes/data.tsx'), 'DataScreen'),
  '/usage': lazyRouteComponent(() => import('./routes/usage.tsx'), 'UsageScreen'),
  '/mailbox': lazyRouteComponent(() => import('./routes/mailbox.tsx'), 'MailboxScreen'),
  '/clock': lazyRouteComponent(() => import('./routes/clock.tsx'), 'ClockScreen'),
  '/api-keys': lazyRouteComponent(() => import('./routes/api-keys.tsx'), 'ApiKeysScreen'),
  '/team': lazyRouteComponent(() => import('./routes/team.tsx'), 'TeamScreen'),
  '/audit': lazyRouteComponent(() => import('./routes/audit.tsx'), 'AuditScreen'),
  '/settings': lazyRouteComponent(() => import('./routes/settings.tsx'), 'SettingsScreen'),
};

/** What can be seen without being signed in. */
const doors: Screens = {
  '/sign-in': lazyRouteComponent(() => import('./routes/sign-in.tsx'), 'SignInScreen'),
  '/forgot-password': lazyRouteComponent(() => import('./routes/reset-password.tsx'), 'ForgotPasswordScreen'),
  '/reset-password': lazyRouteComponent(() => import('./routes/reset-password.tsx'), 'ResetPasswordScreen'),
  '/accept-invitation': lazyRouteComponent(
    () => import('./routes/accept-invitation.tsx'),
    'AcceptInvitationScreen',
  ),
};

export const router = createRouter({
  ...ROUTER_OPTIONS,
  basepath: '/admin',
  routeTree: root.addChildren([app.addChildren(routesOf(app, screens)), ...routesOf(root, doors)]),
});
