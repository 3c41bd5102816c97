import '../../../packages/core/src/money/money.test.ts';
