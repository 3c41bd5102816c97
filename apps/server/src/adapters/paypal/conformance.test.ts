import { declareConformance } from '../../modules/payments/conformance/suite.ts';
import { payPalDriver } from '../../testing/paypal-conformance.ts';

declareConformance('PayPal', payPalDriver);
