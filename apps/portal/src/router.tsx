import { ROUTER_OPTIONS, rootRoute, routesOf, type Screens } from '@billhook/ui/app-router';
import { LinkProvider } from '@billhook/ui/link';
import { createRoute, createRouter, lazyRouteComponent, Outlet } from '@tanstack/react-router';
import { NotFound } from './shell/not-found.tsx';
import { RouterLink } from './shell/router-link.tsx';
import { SignedIn } from './shell/signed-in.tsx';
import { VisitFrame } from './shell/visit.tsx';

function Root() {
  return (
    <LinkProvider component={RouterLink}>
      <Outlet />
    </LinkProvider>
  );
}

// The company that one acts for stays in the address, so that two tabs may show two of them.
const root = rootRoute({ component: Root, notFound: NotFound, keep: 'customer' });

const home = createRoute({
  getParentRoute: () => root,
  path: '/',
  component: lazyRouteComponent(() => import('./routes/home.tsx'), 'HomeScreen'),
});
const visit = createRoute({ getParentRoute: () => root, path: '/p/$slug', component: VisitFrame });
const app = createRoute({ getParentRoute: () => visit, id: 'app', component: SignedIn });

const screens: Screens = {
  '/': lazyRouteComponent(() => import('./routes/dashboard.tsx'), 'DashboardScreen'),
  '/usage': lazyRouteComponent(() => import('./routes/usage.tsx'), 'UsageScreen'),
  '/credits': lazyRouteComponent(() => import('./routes/credits.tsx'), 'CreditsScreen'),
  '/plan': lazyRouteComponent(() => import('./routes/plan.tsx'), 'PlanScreen'),
  '/plan/change': lazyRouteComponent(() => import('./routes/change-plan.tsx'), 'ChangePlanScreen'),
  '/plan/cancel': lazyRouteComponent(() => import('./routes/cancel-plan.tsx'), 'CancelPlanScreen'),
  '/invoices': lazyRouteComponent(() => import('./routes/invoices.tsx'), 'InvoicesScreen'),
  '/invoices/$id': lazyRouteComponent(() => import('./routes/invoice.tsx'), 'InvoiceScreen'),
  '/invoices/$id/compare': lazyRouteComponent(
    () => import('./routes/compare-invoices.tsx'),
    'CompareInvoicesScreen',
  ),
  '/payment-methods': lazyRouteComponent(
    () => import('./routes/payment-methods.tsx'),
    'PaymentMethodsScreen',
  ),
  '/team': lazyRouteComponent(() => import('./routes/team.tsx'), 'TeamScreen'),
  '/settings': lazyRouteComponent(() => import('./routes/settings.tsx'), 'SettingsScreen'),
  '/checkout': lazyRouteComponent(() => import('./routes/checkout.tsx'), 'CheckoutScreen'),
  '/checkout/return': lazyRouteComponent(
    () => import('./routes/checkout-return.tsx'),
    'CheckoutReturnScreen',
  ),
};

/** What can be seen without being signed in. */
const doors: Screens = {
  '/pricing': lazyRouteComponent(() => import('./routes/pricing.tsx'), 'PricingScreen'),
  '/pay/$token': lazyRouteComponent(() => import('./routes/asked-payment.tsx'), 'AskedPaymentScreen'),
  '/sign-in': lazyRouteComponent(() => import('./routes/sign-in.tsx'), 'SignInScreen'),
  '/sign-up': lazyRouteComponent(() => import('./routes/sign-up.tsx'), 'SignUpScreen'),
  '/forgot-password': lazyRouteComponent(() => import('./routes/reset-password.tsx'), 'ForgotPasswordScreen'),
  '/reset-password': lazyRouteComponent(() => import('./routes/reset-password.tsx'), 'ResetPasswordScreen'),
  '/accept-invitation': lazyRouteComponent(
    () => import('./routes/accept-invitation.tsx'),
    'AcceptInvitationScreen',
  ),
};

const appTree = app.addChildren(routesOf(app, screens));

export const router = createRouter({
  ...ROUTER_OPTIONS,
  routeTree: root.addChildren([home, visit.addChildren([appTree, ...routesOf(visit, doors)])]),
});
