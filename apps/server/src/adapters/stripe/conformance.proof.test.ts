import { declareConformance } from '../../modules/payments/conformance/suite.ts';
import { stripeDebitDriver, stripeDriver } from '../../testing/stripe-conformance.ts';

declareConformance('Stripe', stripeDriver);
declareConformance('Stripe with debits', stripeDebitDriver);
