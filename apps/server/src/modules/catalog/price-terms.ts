import {
  DEFAULT_PRICE_SHAPE,
  type Price,
  type PriceTerms,
  type UnitConversion,
} from '@billhook/core/catalog/price';
import { formatDecimal12 } from '@billhook/core/kernel/decimal';
import { invariant } from '@billhook/core/kernel/invariant';
import { FaultList } from './faults.ts';
import { orNull, readDecimal, readWhole } from './model-input.ts';

type ConversionInput = {
  operation: UnitConversion['operation'];
  factor: string;
  rounding?: UnitConversion['rounding'] | undefined;
  places?: number | undefined;
};

/** The terms of a period as a seller writes them; what is left out does not apply. */
export type TermsInput = {
  included_units?: string | undefined;
  minimum?: string | null | undefined;
  maximum?: string | null | undefined;
  conversion?: ConversionInput | null | undefined;
  discount_percent?: string | undefined;
};

/** The part of a price that says how its periods lie and what applies to a whole one. */
export type ShapeInput = {
  alignment?: Price['alignment'] | undefined;
  proration?: Price['proration'] | undefined;
  terms?: TermsInput | undefined;
};

export type TermsJson = ReturnType<typeof termsToJson>;

export function readShape(
  input: ShapeInput,
  faults: FaultList,
): Pick<Price, 'alignment' | 'proration' | 'terms'> {
  return {
    alignment: input.alignment ?? DEFAULT_PRICE_SHAPE.alignment,
    proration: input.proration ?? DEFAULT_PRICE_SHAPE.proration,
    terms: readTerms(input.terms ?? {}, faults.below('/terms')),
  };
}

export function readTerms(input: TermsInput, faults: FaultList): PriceTerms {
  return {
    includedUnits: readDecimal(input.included_units ?? '0', '/included_units', faults),
    minimumMinor: orNull(input.minimum, '/minimum', faults, readWhole),
    maximumMinor: orNull(input.maximum, '/maximum', faults, readWhole),
    conversion:
      input.conversion == null ? null : readConversion(input.conversion, faults.below('/conversion')),
    discountPercent: readDecimal(input.discount_percent ?? '0', '/discount_percent', faults),
  };
}

function readConversion(input: ConversionInput, faults: FaultList): UnitConversion {
  return {
    operation: input.operation,
    factor: readDecimal(input.factor, '/factor', faults),
    rounding: input.rounding ?? 'none',
    places: input.places ?? 0,
  };
}

/** Terms as stored and as on the wire, with every member. */
export function termsToJson(terms: PriceTerms) {
  const { minimumMinor, maximumMinor, conversion } = terms;
  return {
    included_units: formatDecimal12(terms.includedUnits),
    minimum: minimumMinor === null ? null : `${minimumMinor}`,
    maximum: maximumMinor === null ? null : `${maximumMinor}`,
    conversion:
      conversion === null
        ? null
        : {
            operation: conversion.operation,
            factor: formatDecimal12(conversion.factor),
            rounding: conversion.rounding,
            places: conversion.places,
          },
    discount_percent: formatDecimal12(terms.discountPercent),
  };
}

/** Reads terms that this module has stored itself. */
export function termsFromJson(json: TermsInput): PriceTerms {
  const faults = new FaultList();
  const terms = readTerms(json, faults);
  invariant(faults.all.length === 0, 'Stored terms of a price read back.');
  return terms;
}
