import '../../../packages/core/src/money/money.test.ts';
import '../../../packages/core/src/money/rational.test.ts';
