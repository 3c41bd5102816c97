import '../../../packages/core/src/proration/proration.test.ts';
