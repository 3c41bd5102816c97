import type { ConfigurationType, FeatureKind } from '@billhook/core/catalog/feature';
import type { Meter, MeterAggregation } from '@billhook/core/catalog/meter';
import {
  DEFAULT_SERVICE_RULES,
  type ServiceRule,
  type ServiceRules,
} from '@billhook/core/entitlements/service';
import { formatDecimal12, parseDecimal12 } from '@billhook/core/kernel/decimal';
import type { FieldFault } from '../../platform/refuse.ts';
import type { StoredFeature } from './types.ts';

export type ServiceInput = {
  in_grace: ServiceRule;
  past_due: ServiceRule;
  paused: ServiceRule;
  reduced_limit?: string | null | undefined;
};

/** What a seller may say of a feature beside its name and kind. */
export type FeatureTermsInput = {
  value_type?: ConfigurationType | null | undefined;
  subject_property?: string | null | undefined;
  service?: ServiceInput | undefined;
};

export type FeatureTerms = Pick<StoredFeature, 'valueType' | 'subjectProperty' | 'service'>;

/** How usage of one hour comes together where it is kept for each member or device. */
export const SUBJECT_AGGREGATIONS: readonly MeterAggregation[] = ['count', 'sum', 'max'];

/** Everything that is wrong with the terms of a feature, with pointers into what was written. */
export function termsFaults(
  input: FeatureTermsInput & { kind: FeatureKind; meter?: string | null | undefined },
  meters: readonly Pick<Meter, 'key' | 'aggregation'>[],
): FieldFault[] {
  const faults: FieldFault[] = [];
  const add = (pointer: string, code: string, detail: string) => faults.push({ pointer, code, detail });
  if (input.value_type != null && input.kind !== 'configuration')
    add('/value_type', 'feature.value_type', 'Only a configuration feature has a type of values.');
  if (input.subject_property != null) {
    const meter = meters.find(({ key }) => key === input.meter);
    if (input.kind !== 'metered')
      add(
        '/subject_property',
        'feature.subject',
        'Only a metered feature is counted for each member or device.',
      );
    else if (meter !== undefined && !SUBJECT_AGGREGATIONS.includes(meter.aggregation))
      add('/subject_property', 'feature.subject', 'Each member or device is counted by count, sum or max.');
  }
  return [...faults, ...serviceFaults(input.kind, input.service)];
}

export function serviceFaults(kind: FeatureKind, service: ServiceInput | undefined): FieldFault[] {
  if (service === undefined) return [];
  const limits = [service.in_grace, service.past_due, service.paused].includes('limit');
  const fault = (detail: string) => [{ pointer: '/service', code: 'feature.service', detail }];
  if (limits && kind !== 'metered') return fault('Only a metered feature has a limit that can be reduced.');
  if (limits !== (service.reduced_limit != null))
    return fault('A reduced limit is named exactly where a rule is limit.');
  return [];
}

/** What was left out is as it always was. */
export function readTerms(input: FeatureTermsInput): FeatureTerms {
  return {
    valueType: input.value_type ?? null,
    subjectProperty: input.subject_property ?? null,
    service: readService(input.service),
  };
}

export function readService(input: ServiceInput | undefined): ServiceRules {
  if (input === undefined) return DEFAULT_SERVICE_RULES;
  const reduced = parseDecimal12(input.reduced_limit ?? '');
  return {
    inGrace: input.in_grace,
    pastDue: input.past_due,
    paused: input.paused,
    reducedLimit: reduced.ok ? reduced.value : null,
  };
}

export function presentTerms({ valueType, subjectProperty, service }: FeatureTerms) {
  return {
    value_type: valueType,
    subject_property: subjectProperty,
    service: {
      in_grace: service.inGrace,
      past_due: service.pastDue,
      paused: service.paused,
      reduced_limit: service.reducedLimit === null ? null : formatDecimal12(service.reducedLimit),
    },
  };
}

/** As in a catalogue file: only what is not as if left out. */
export function termsDraft(terms: FeatureTerms) {
  const { value_type, subject_property, service } = presentTerms(terms);
  const usual = JSON.stringify(service) === JSON.stringify(presentTerms(readTerms({})).service);
  return {
    ...(value_type === null ? {} : { value_type }),
    ...(subject_property === null ? {} : { subject_property }),
    ...(usual ? {} : { service }),
  };
}
