/** What is open of a customer in one currency. Amounts are integer strings in minor units; days are ISO texts. */
export type OpenItems = {
  items: readonly {
    number: string;
    issuedOn: string;
    dueOn: string;
    /** 0 where it is not due yet. */
    overdueDays: number;
    openMinor: string;
  }[];
  /** Not due, 1 to 30, 31 to 60, 61 to 90 and over 90 days overdue; null where it is not asked for. */
  ageingMinor: readonly string[] | null;
  /** Credit of the customer, 0 or more. */
  creditMinor: string;
  /** What a letter costs; null where it costs nothing. */
  feeMinor: string | null;
  balanceMinor: string;
};

/** How the lines of a document came about. */
export type DocumentAppendix = {
  sections: readonly {
    title: string;
    /** One short sentence a step. */
    steps: readonly string[];
    usage: DocumentUsage | null;
  }[];
};

/** What was used on each day of the period that a line bills. Figures are texts of the reader's place. */
export type DocumentUsage = {
  unit: string;
  days: readonly { day: string; quantity: string; eventCount: string }[];
  /** Usage came in since the issue, so that the days hold more than the line. */
  hasLater: boolean;
};
