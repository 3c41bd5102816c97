import type { RouteDefinition, RouteInput, RouteOutput } from './define-route.ts';
import { bookRoutes } from './routes/books.ts';
import { catalogRoutes } from './routes/catalog.ts';
import { couponRoutes } from './routes/coupons.ts';
import { creditCatalogueRoutes, creditRoutes, myCreditRoutes } from './routes/credits.ts';
import { customerRoutes } from './routes/customers.ts';
import { identityRoutes } from './routes/identity.ts';
import { creditNoteRoutes, invoiceRoutes, paymentRoutes } from './routes/invoices.ts';
import { myMoneyRoutes, myPeopleRoutes, myPlanRoutes, visitorRoutes } from './routes/member.ts';
import {
  analyticsRoutes,
  clockRoutes,
  fileRoutes,
  ledgerRoutes,
  mailboxRoutes,
} from './routes/operations.ts';
import { rightRoutes } from './routes/rights.ts';
import { subscriptionActionRoutes } from './routes/subscription-actions.ts';
import { subscriptionRoutes } from './routes/subscriptions.ts';
import { entitlementRoutes, usageRoutes } from './routes/usage.ts';
import { usageCorrectionRoutes } from './routes/usage-corrections.ts';

/** Everything that the seller's side may ask, keyed by route id. */
export const operatorRoutes = {
  ...identityRoutes,
  ...customerRoutes,
  ...catalogRoutes,
  ...couponRoutes,
  ...subscriptionRoutes,
  ...subscriptionActionRoutes,
  ...usageRoutes,
  ...usageCorrectionRoutes,
  ...entitlementRoutes,
  ...creditCatalogueRoutes,
  ...creditRoutes,
  ...rightRoutes,
  ...invoiceRoutes,
  ...creditNoteRoutes,
  ...paymentRoutes,
  ...ledgerRoutes,
  ...bookRoutes,
  ...clockRoutes,
  ...mailboxRoutes,
  ...fileRoutes,
  ...analyticsRoutes,
};

/** Everything that the portal of one seller may ask, keyed by route id. */
export const memberRoutes = {
  ...visitorRoutes,
  ...myPlanRoutes,
  ...myMoneyRoutes,
  ...myCreditRoutes,
  ...myPeopleRoutes,
};

export type OperatorRoutes = typeof operatorRoutes;
export type MemberRoutes = typeof memberRoutes;
export type OperatorRouteId = keyof OperatorRoutes;
export type MemberRouteId = keyof MemberRoutes;

/** Body, parameters and query of a route by its id. */
export type OperatorInput<Id extends OperatorRouteId> = RouteInput<OperatorRoutes[Id]>;
export type MemberInput<Id extends MemberRouteId> = RouteInput<MemberRoutes[Id]>;
/** What a route answers with, by its id. */
export type OperatorOutput<Id extends OperatorRouteId> = RouteOutput<OperatorRoutes[Id]>;
export type MemberOutput<Id extends MemberRouteId> = RouteOutput<MemberRoutes[Id]>;

export const allRoutes: readonly RouteDefinition[] = [
  ...Object.values(operatorRoutes),
  ...Object.values(memberRoutes),
];
