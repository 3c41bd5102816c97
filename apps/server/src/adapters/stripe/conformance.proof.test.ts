import { declareConformance } from '../../modules/payments/conformance/suite.ts';
import { stripeDriver } from '../../testing/stripe-conformance.ts';

declareConformance('Stripe', stripeDriver);
