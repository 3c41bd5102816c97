import type { FieldFault } from '../../platform/refuse.ts';

/** Collects faults, so that a seller sees all of them at once. A list below another adds to the same faults. */
export class FaultList {
  readonly all: FieldFault[];
  readonly at: string;

  constructor(all: FieldFault[] = [], at = '') {
    this.all = all;
    this.at = at;
  }

  below(pointer: string): FaultList {
    return new FaultList(this.all, `${this.at}${pointer}`);
  }

  add(pointer: string, code: string, detail: string): void {
    this.all.push({ pointer: `${this.at}${pointer}`, code, detail });
  }
}
