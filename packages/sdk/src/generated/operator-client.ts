// Generated from the contract by scripts/gen/sdk.ts. Do not edit: run `npm run gen`.

import type { Call, FileToUpload, List, RequestOptions } from '../call.ts';
import type { AcceptInvitation, AcceptTaxCertificate, AcceptedInvitation, AccountEntry, AccountingSettings, AddDiscount, AdjustCredits, AdvanceClock, AmendEvent, ApiKey, Approval, AskStripe, AskedRefund, AssignQuarantine, AuditEntry, BackTestCampaign, BackfillEvents, BankAccount, BankLine, BankLineState, BankStatement, BillRun, BillingThreshold, BuyCredits, CampaignBackTest, CampaignPreview, CancelSubscription, Catalogue, CatalogueChange, CatalogueFile, ChangeAddOn, ChangeSubscription, ChargeOnce, CheckRequest, Clock, CloudEvent, ConfirmAmend, ConfirmBackfill, ConfirmVoid, ConsumeCredits, ConsumeRequest, ConsumeResult, CorrectionPreview, Coupon, CreateApiKey, CreateBankAccount, CreateBlock, CreateCampaign, CreateCoupon, CreateCreditNote, CreateCreditPack, CreateCreditType, CreateCustomer, CreateCustomerDocument, CreateDebitNote, CreateExport, CreateFeature, CreateGrant, CreateImport, CreateMeter, CreatePlan, CreatePlanVersion, CreateSubscription, CreateTenant, CreatedApiKey, CreditAllowance, CreditConsumption, CreditCost, CreditEntry, CreditGrant, CreditNote, CreditNoteSummary, CreditPack, CreditPurchase, CreditStanding, CreditType, Customer, CustomerAccess, CustomerDocument, CustomerOverview, CustomerPhone, CustomerRow, CustomerTax, DataExport, DataImport, DatevSettings, DemoStatus, DiscardQuarantine, Dispute, DisputeAnswer, DocumentDelivery, DocumentKind, DraftDebitNote, DraftInvoice, DunningCampaign, DunningFunnel, DunningRun, EInvoiceProfile, EndAddOn, EndDiscount, Entitlement, EntitlementCheck, Erasure, ErasurePreview, EventDetail, EventStream, ExportKind, ExportLink, Feature, FeedEvent, FileLink, GiveTaxCertificate, GrantCredits, Granularity, HealthReport, ImportLine, ImportOutcome, IngestResult, Invitation, InviteOperator, Invoice, InvoiceComparison, InvoiceDiff, InvoiceStatus, InvoiceSummary, LedgerMonth, LedgerMonths, LedgerTransaction, LegalHold, LiftTextStop, LimitedAccess, LineExplanation, LineUsage, LocationEvidence, LocationEvidenceList, MailboxMessage, MailboxRow, MatchInput, MatchPreview, MeasuredUsage, Meter, MigratePlan, MigrateSubscription, Migration, MigrationPreview, MoveTrial, OpenStripePage, Operator, OperatorRole, OverridePrice, PauseSubscription, PayPalAccount, Payment, PaymentAccount, PaymentBlock, PaymentLink, PaymentMethod, PaymentProvider, PaymentRequest, PaymentTry, Payout, PayoutStatement, Plan, PlanRightsPreview, PlanRightsPreviewRequest, PlanSuggestions, PlanVersion, PreviewCampaign, PreviewChange, PreviewSettings, PreviewSubscription, PriceTerms, Pricing, PrivacySettings, ProviderEvent, ProviderEventWhole, ProviderPoll, ProviderTransaction, PutCustomerPhone, PutPayPalAccount, PutPrivacySettings, PutStripeAccount, QuarantineOutcome, QuarantinedEvent, ReceivedPayments, Reconciliation, RecordPayment, Refund, RefundAccount, RefundCredits, RefundToTransfer, RequestErasure, Reservation, ReservationRequest, ResumeSubscription, Revenue, RevenueSchedule, RevenueWaterfall, RightGrant, RightOverride, RiskRules, RotationPolicy, SecretAge, Session, SetCreditAllowance, SetCreditCost, SetCreditLowMark, SetCreditReload, SetLimitedAccess, SetOverride, SetRenewal, SetRiskRules, SetRotation, SetSecretExpiry, SettleRequest, SettledReservation, SkipStep, StoredFile, StripeChange, StripeMirror, StripePage, StripePreview, StripeReport, StripeRun, SubjectUsage, Subscription, SubscriptionAction, SubscriptionPreview, SubscriptionStatus, SupportCase, TakeAddOn, TaxAccounts, TaxCertificate, TaxOwed, Tenant, TopCustomers, TrackRequest, TrackResult, TransferDetails, TrialBalance, UpcomingInvoice, UpdateBankAccount, UpdateCampaign, UpdateCoupon, UpdateCreditPack, UpdateCustomer, UpdateFeature, UpdateMeter, UpdatePaymentAccount, UpdatePlan, UpdateTenant, UploadFields, UsageArchive, UsageCorrection, UsageEvent, UsageOutlook, UsageReport, UsageVerification, VoidEvents, WebhookSubscription, WhyNot } from './types.ts';

export interface OperatorMethods {
  readonly session: {
    /** Says who is signed in. */
    get(options?: RequestOptions): Promise<Session>;
  };
  readonly apiKeys: {
    /** Lists API keys, newest first. */
    list(query?: {
      limit?: number | undefined;
      startingAfter?: string | undefined;
    }, options?: RequestOptions): List<ApiKey>;
    /** Creates an API key. Its secret is shown once. */
    create(body: CreateApiKey, options?: RequestOptions): Promise<CreatedApiKey>;
    /** Revokes an API key at once. */
    revoke(id: string, options?: RequestOptions): Promise<ApiKey>;
  };
  readonly operators: {
    /** Lists the people of the organization. */
    list(query?: {
      limit?: number | undefined;
      startingAfter?: string | undefined;
    }, options?: RequestOptions): List<Operator>;
    /** Changes what a person may do. */
    changeRole(id: string, body: {
      role: OperatorRole;
    }, options?: RequestOptions): Promise<Operator>;
    /** Takes a person out of the organization. */
    remove(id: string, options?: RequestOptions): Promise<undefined>;
  };
  readonly invitations: {
    /** Lists invitations, newest first. */
    list(query?: {
      limit?: number | undefined;
      startingAfter?: string | undefined;
    }, options?: RequestOptions): List<Invitation>;
    /** Invites a person by mail. */
    create(body: InviteOperator, options?: RequestOptions): Promise<Invitation>;
    /** Revokes an open invitation. */
    revoke(id: string, options?: RequestOptions): Promise<Invitation>;
    /** Accepts an invitation and makes the account. */
    accept(body: AcceptInvitation, options?: RequestOptions): Promise<AcceptedInvitation>;
  };
  readonly audit: {
    /** Lists who changed what, newest first. */
    list(query?: {
      limit?: number | undefined;
      startingAfter?: string | undefined;
      objectId?: string | undefined;
    }, options?: RequestOptions): List<AuditEntry>;
  };
  readonly tenants: {
    /** Lists the environments of the organization. */
    list(options?: RequestOptions): List<Tenant>;
    /** Creates a live environment or a sandbox. */
    create(body: CreateTenant, options?: RequestOptions): Promise<Tenant>;
  };
  readonly tenant: {
    /** Gets the tenant that the request works for. */
    get(options?: RequestOptions): Promise<Tenant>;
    /** Shows as PDF what an invoice would look like with settings that are not kept yet. */
    previewDocument(body: PreviewSettings, options?: RequestOptions): Promise<Response>;
    /** Changes the settings that are given. */
    update(body?: UpdateTenant, options?: RequestOptions): Promise<Tenant>;
  };
  readonly customers: {
    /** Lists customers, newest first. */
    list(query?: {
      limit?: number | undefined;
      startingAfter?: string | undefined;
      q?: string | undefined;
      status?: 'active' | 'trialing' | 'past_due' | 'paused' | 'canceled' | 'none' | 'parked' | undefined;
    }, options?: RequestOptions): List<CustomerRow>;
    /** Creates a customer. */
    create(body: CreateCustomer, options?: RequestOptions): Promise<Customer>;
    /** Gets a customer. */
    get(id: string, options?: RequestOptions): Promise<Customer>;
    /** Changes the members that are given. */
    update(id: string, body?: UpdateCustomer, options?: RequestOptions): Promise<Customer>;
    /** Gets everything about a customer that fits one page. */
    overview(id: string, options?: RequestOptions): Promise<CustomerOverview>;
    /** Gets the number at which a customer may be texted. */
    phone(id: string, options?: RequestOptions): Promise<CustomerPhone>;
    /** Sets the number at which a customer may be texted, and whether its owner agreed. */
    putPhone(id: string, body: PutCustomerPhone, options?: RequestOptions): Promise<CustomerPhone>;
    /** Ends the stop of a number because its owner asked for it otherwise than by START. */
    liftTextStop(id: string, body: LiftTextStop, options?: RequestOptions): Promise<CustomerPhone>;
    /** Forgets the number of a customer. */
    removePhone(id: string, options?: RequestOptions): Promise<undefined>;
    /** Gets which tax a customer pays, and why. */
    tax(id: string, options?: RequestOptions): Promise<CustomerTax>;
    /** Lists what was kept of where a customer is, also what counts no more. */
    locationEvidence(id: string, options?: RequestOptions): Promise<LocationEvidenceList>;
    /** Keeps what says where a customer is; an earlier piece of its kind counts no more. */
    keepLocationEvidence(id: string, body: LocationEvidence, options?: RequestOptions): Promise<CustomerTax>;
    /** Lists the certificates of a customer, newest first. */
    taxCertificates(id: string, options?: RequestOptions): List<TaxCertificate>;
    /** Adds a certificate by which a customer is free of a tax. It counts once it was accepted. */
    addTaxCertificate(id: string, body: GiveTaxCertificate, options?: RequestOptions): Promise<TaxCertificate>;
    /** Prices what a customer really used on every plan on sale, the cheapest that holds it first. */
    suggestPlans(id: string, query?: {
      periods?: number | undefined;
      subscription?: string | undefined;
    }, options?: RequestOptions): Promise<PlanSuggestions>;
    /** Shows what would be issued to a customer now, one document a currency. Nothing is written. */
    draftInvoice(id: string, body?: Record<string, never>, options?: RequestOptions): List<DraftInvoice>;
    /** Makes a link to the page on which the customer looks after what Stripe bills. */
    openStripePortal(id: string, body: OpenStripePage, options?: RequestOptions): Promise<StripePage>;
    /** Says what the subscriptions of a customer give access to, and how that moved. */
    access(id: string, options?: RequestOptions): Promise<CustomerAccess>;
  };
  readonly taxCertificates: {
    /** Accepts a certificate, with what was corrected: invoices of its days rest on it from now on. */
    accept(id: string, body?: AcceptTaxCertificate, options?: RequestOptions): Promise<TaxCertificate>;
    /** Refuses a certificate that waits to be checked, and tells the customer why. */
    refuse(id: string, body: WhyNot, options?: RequestOptions): Promise<TaxCertificate>;
    /** Withdraws a certificate that was accepted. Invoices that rest on it stay as they are. */
    withdraw(id: string, body: WhyNot, options?: RequestOptions): Promise<TaxCertificate>;
  };
  readonly meters: {
    /** Lists meters by key. */
    list(query?: {
      limit?: number | undefined;
      startingAfter?: string | undefined;
      archived?: boolean | undefined;
    }, options?: RequestOptions): List<Meter>;
    /** Creates a meter. */
    create(body: CreateMeter, options?: RequestOptions): Promise<Meter>;
    /** Renames or archives a meter, or says what becomes of late usage. What it measures never changes. */
    update(id: string, body?: UpdateMeter, options?: RequestOptions): Promise<Meter>;
  };
  readonly features: {
    /** Lists features by key. */
    list(query?: {
      limit?: number | undefined;
      startingAfter?: string | undefined;
      archived?: boolean | undefined;
    }, options?: RequestOptions): List<Feature>;
    /** Creates a feature that plans can grant. */
    create(body: CreateFeature, options?: RequestOptions): Promise<Feature>;
    /** Renames or archives a feature. */
    update(id: string, body?: UpdateFeature, options?: RequestOptions): Promise<Feature>;
  };
  readonly plans: {
    /** Lists plans by rank. */
    list(query?: {
      limit?: number | undefined;
      startingAfter?: string | undefined;
      archived?: boolean | undefined;
    }, options?: RequestOptions): List<Plan>;
    /** Creates a plan with its first version. */
    create(body: CreatePlan, options?: RequestOptions): Promise<Plan>;
    /** Gets a plan with its latest version. */
    get(id: string, options?: RequestOptions): Promise<Plan>;
    /** Changes how a plan is shown, or archives it. Prices need a new version. */
    update(id: string, body?: UpdatePlan, options?: RequestOptions): Promise<Plan>;
    /** Lists the versions of a plan, newest first. */
    listVersions(id: string, query?: {
      limit?: number | undefined;
      startingAfter?: string | undefined;
    }, options?: RequestOptions): List<PlanVersion>;
    /** Publishes a new version. Running subscriptions keep theirs. */
    createVersion(id: string, body: CreatePlanVersion, options?: RequestOptions): Promise<PlanVersion>;
    /** Computes who would pay what on this version, page by page. */
    previewMigration(id: string, version: string, body?: MigratePlan, options?: RequestOptions): Promise<MigrationPreview>;
    /** Moves customers to this version, batch by batch; each batch is done whole. */
    migrate(id: string, version: string, body?: MigratePlan, options?: RequestOptions): Promise<Migration>;
    /** Says who would feel it if customers of a plan had these rights instead of theirs. */
    previewRights(id: string, body: PlanRightsPreviewRequest, options?: RequestOptions): Promise<PlanRightsPreview>;
    /** Gets the features of a plan that stay while access is limited. */
    limitedAccess(id: string, options?: RequestOptions): Promise<LimitedAccess>;
    /** Chooses the features of a plan that stay while access is limited. It holds at once. */
    setLimitedAccess(id: string, body: SetLimitedAccess, options?: RequestOptions): Promise<LimitedAccess>;
  };
  readonly catalogue: {
    /** Gets the whole catalogue as it is kept in a file. */
    get(options?: RequestOptions): Promise<Catalogue>;
    /** Makes the catalogue what the file says. What the file does not name stays, unless archive_missing is set. */
    put(body: CatalogueFile, query?: {
      dryRun?: boolean | undefined;
      archiveMissing?: boolean | undefined;
    }, options?: RequestOptions): Promise<CatalogueChange>;
  };
  readonly prices: {
    /** Computes what a quantity, or single events, cost under a price, with every step. */
    preview(body: {
      pricing: Pricing;
      quantity: string;
      currency: string;
      terms?: PriceTerms | undefined;
      measured?: MeasuredUsage | undefined;
    }, options?: RequestOptions): Promise<{
      object: 'price_preview';
      currency: string;
      quantity: string;
      amount: string;
      quantitySteps: Array<{
        step: 'conversion' | 'included_units' | 'packages' | 'earlier_units' | 'billed_before';
        by: string;
        from: string;
        to: string;
      }>;
      tiers: Array<{
        label: string | null;
        unit: 'units' | 'packages' | 'blocks' | 'events' | 'money';
        from: string;
        upTo: string | null;
        quantity: string;
        unitAmount: string;
        per: string;
        flatAmount: string;
        maxExact: string | null;
        exact: string;
      }>;
      amountSteps: Array<{
        step: 'flat_fee' | 'not_yet_due' | 'discount' | 'maximum' | 'minimum';
        by: string | null;
        from: string;
        to: string;
      }>;
      rounding: {
        exact: string;
        mode: string;
        amount: string;
      };
    }>;
  };
  readonly coupons: {
    /** Lists coupons by key. */
    list(query?: {
      limit?: number | undefined;
      startingAfter?: string | undefined;
      archived?: boolean | undefined;
    }, options?: RequestOptions): List<Coupon>;
    /** Creates a coupon. */
    create(body: CreateCoupon, options?: RequestOptions): Promise<Coupon>;
    /** Gets a coupon, with how often it was redeemed. */
    get(id: string, options?: RequestOptions): Promise<Coupon>;
    /** Renames a coupon, changes its limits or archives it. What was given keeps its terms. */
    update(id: string, body?: UpdateCoupon, options?: RequestOptions): Promise<Coupon>;
  };
  readonly subscriptions: {
    /** Lists subscriptions, newest first. */
    list(query?: {
      limit?: number | undefined;
      startingAfter?: string | undefined;
      customer?: string | undefined;
      plan?: string | undefined;
      status?: SubscriptionStatus | undefined;
    }, options?: RequestOptions): List<Subscription>;
    /** Starts a subscription. */
    create(body: CreateSubscription, options?: RequestOptions): Promise<Subscription>;
    /** Computes what starting a subscription would cost. */
    preview(body: PreviewSubscription, options?: RequestOptions): Promise<SubscriptionPreview>;
    /** Gets a subscription. */
    get(id: string, options?: RequestOptions): Promise<Subscription>;
    /** Sets from which amount on usage is billed inside its period. What is used already counts. */
    setThreshold(id: string, body?: BillingThreshold, options?: RequestOptions): Promise<Subscription>;
    /** Computes the next invoice from what is known now. */
    upcomingInvoice(id: string, options?: RequestOptions): Promise<UpcomingInvoice>;
    /** Computes what an action would do and cost. */
    previewAction(id: string, body?: SubscriptionAction, options?: RequestOptions): Promise<SubscriptionPreview>;
    /** Changes plan or quantity now, at a date, at the end of the period or by direction. */
    change(id: string, body?: ChangeSubscription, options?: RequestOptions): Promise<Subscription>;
    /** Computes what a change would cost. */
    previewChange(id: string, body?: PreviewChange, options?: RequestOptions): Promise<SubscriptionPreview>;
    /** Changes the number of seats, and nothing else. */
    changeSeats(id: string, body: ChangeAddOn, options?: RequestOptions): Promise<Subscription>;
    /** Cancels now, at a date or at the end of the period, which is the default. */
    cancel(id: string, body?: CancelSubscription, options?: RequestOptions): Promise<Subscription>;
    /** Switches the renewal at the end of the period off or on. */
    setRenewal(id: string, body: SetRenewal, options?: RequestOptions): Promise<Subscription>;
    /** Pauses now or later, with or without an end. */
    pause(id: string, body?: PauseSubscription, options?: RequestOptions): Promise<Subscription>;
    /** Resumes a paused subscription now or later. */
    resume(id: string, body?: ResumeSubscription, options?: RequestOptions): Promise<Subscription>;
    /** Undoes the end that is scheduled, or else the next step. */
    undo(id: string, body?: Record<string, never>, options?: RequestOptions): Promise<Subscription>;
    /** Undoes one step of the schedule. */
    undoStep(id: string, step: string, body?: EndDiscount, options?: RequestOptions): Promise<Subscription>;
    /** Changes one price for this subscription alone. */
    overridePrice(id: string, body: OverridePrice, options?: RequestOptions): Promise<Subscription>;
    /** Moves the end of a trial, or ends it at once. */
    moveTrial(id: string, body?: MoveTrial, options?: RequestOptions): Promise<Subscription>;
    /** Moves to another version of the plan. */
    migrate(id: string, body: MigrateSubscription, options?: RequestOptions): Promise<Subscription>;
    /** Gives a coupon to a subscription. */
    addDiscount(id: string, body: AddDiscount, options?: RequestOptions): Promise<Subscription>;
    /** Ends a discount: periods that begin from now on are not lowered. */
    endDiscount(id: string, discount: string, body?: EndDiscount, options?: RequestOptions): Promise<Subscription>;
    /** Takes an add-on beside the plan, or charges one that is charged once. */
    takeAddOn(id: string, body: TakeAddOn, options?: RequestOptions): Promise<Subscription>;
    /** Changes how often an add-on is taken. */
    changeAddOn(id: string, addOn: string, body: ChangeAddOn, options?: RequestOptions): Promise<Subscription>;
    /** Takes an add-on away now, at a date or at the end of the period, which is the default. */
    endAddOn(id: string, addOn: string, body?: EndAddOn, options?: RequestOptions): Promise<Subscription>;
    /** Charges an amount once, at once. */
    charge(id: string, body: ChargeOnce, options?: RequestOptions): Promise<Subscription>;
  };
  readonly events: {
    /** Takes usage events as CloudEvents, up to 1,000 in a list or more line by line, and answers for each. */
    ingest(body: Array<Omit<CloudEvent, 'specversion'>>, options?: RequestOptions): Promise<IngestResult>;
    /** Lists usage events, latest first. */
    list(query?: {
      limit?: number | undefined;
      startingAfter?: string | undefined;
      customer?: string | undefined;
      type?: string | undefined;
      from?: string | undefined;
      to?: string | undefined;
    }, options?: RequestOptions): List<UsageEvent>;
    /** One event by source and id: what it counts for, and everything that was made of it. */
    get(query: {
      source: string;
      id: string;
    }, options?: RequestOptions): Promise<EventDetail>;
    /** What would change if these events counted for nothing: every invoice, quantity and amount. */
    previewVoid(body: VoidEvents, options?: RequestOptions): Promise<CorrectionPreview>;
    /** Makes events count for nothing from now on. What they say stays. */
    void(body: ConfirmVoid, options?: RequestOptions): Promise<UsageCorrection>;
    /** What would change if an event said something else. */
    previewAmend(body: AmendEvent, options?: RequestOptions): Promise<CorrectionPreview>;
    /** Gives an event another content under its id. What it said before stays on record. */
    amend(body: ConfirmAmend, options?: RequestOptions): Promise<UsageCorrection>;
    /** What would change if a stretch of time were filled in. */
    previewBackfill(body: BackfillEvents, options?: RequestOptions): Promise<CorrectionPreview>;
    /** Fills a stretch of time of one customer in: adds events, or puts them in the place of all there are. */
    backfill(body: ConfirmBackfill, options?: RequestOptions): Promise<UsageCorrection>;
  };
  readonly usage: {
    /** Measures a meter of a customer from one instant up to another. */
    get(query: {
      customer: string;
      meter: string;
      from: string;
      to: string;
      granularity?: Granularity | undefined;
      dimension?: string | undefined;
    }, options?: RequestOptions): Promise<UsageReport>;
    /** Shows the running period of a meter: so far, projected, beside the last one, and unusual days. */
    outlook(query: {
      customer: string;
      meter: string;
    }, options?: RequestOptions): Promise<UsageOutlook>;
    /** Names the customers that a meter measured most of. */
    topCustomers(query: {
      meter: string;
      from: string;
      to: string;
      top?: number | undefined;
    }, options?: RequestOptions): Promise<TopCustomers>;
    /** Recomputes all that is kept by hour from the events, checks archives, and tells every difference. */
    verify(query?: {
      from?: string | undefined;
      to?: string | undefined;
    }, options?: RequestOptions): Promise<UsageVerification>;
  };
  readonly quarantine: {
    /** Lists events that wait for a decision, each beside the event that it conflicts with. */
    list(query?: {
      limit?: number | undefined;
      startingAfter?: string | undefined;
      reason?: 'unknown_customer' | 'unknown_meter' | 'late' | 'id_conflict' | 'bad_value' | undefined;
      status?: 'waiting' | 'resolved' | undefined;
    }, options?: RequestOptions): List<QuarantinedEvent>;
    /** Counts a quarantined event for a customer. */
    assign(id: string, body: {
      customer: string;
    }, options?: RequestOptions): Promise<QuarantinedEvent>;
    /** Counts quarantined events, for a customer or a meter where these are named; says which stay, and why. */
    assignMany(body: AssignQuarantine, options?: RequestOptions): Promise<QuarantineOutcome>;
    /** Decides that quarantined events never count. They stay on record with the reason. */
    discard(body: DiscardQuarantine, options?: RequestOptions): Promise<QuarantineOutcome>;
  };
  readonly eventStreams: {
    /** Opens a stream of events. Its receipt says how far it has come, also after a break. */
    open(options?: RequestOptions): Promise<EventStream>;
    /** The receipt of a stream: lines taken so far, and what became of them. */
    get(id: string, options?: RequestOptions): Promise<EventStream>;
    /** Takes further lines of a stream, any number of them, after those that were taken before. */
    append(id: string, body: string | Blob, query: {
      after: number;
    }, options?: RequestOptions): Promise<EventStream>;
  };
  readonly usageArchives: {
    /** Lists months of usage that were archived, latest first. */
    list(query?: {
      limit?: number | undefined;
      startingAfter?: string | undefined;
    }, options?: RequestOptions): List<UsageArchive>;
    /** The archive itself: events and the issued lines that rest on them, one JSON value a line as gzip, or as Parquet. */
    content(id: string, options?: RequestOptions): Promise<Response>;
  };
  readonly entitlements: {
    /** Says whether a customer may use a feature now, and how much is left. */
    check(body: CheckRequest, options?: RequestOptions): Promise<EntitlementCheck>;
    /** Counts usage of a metered feature once for its event id. */
    track(body: TrackRequest, options?: RequestOptions): Promise<TrackResult>;
    /** Checks and counts usage in one step, so that a limit is never passed. */
    consume(body: ConsumeRequest, options?: RequestOptions): Promise<ConsumeResult>;
    /** Names customers whose rights or usage changed, as server-sent events. */
    stream(options?: RequestOptions): Promise<Response>;
    /** Lists all rights of a customer with what is used. */
    list(id: string, query?: {
      subject?: string | undefined;
    }, options?: RequestOptions): List<Entitlement>;
    /** Says who of a customer used how much of a feature that is counted for each member or device. */
    subjects(id: string, feature: string, options?: RequestOptions): Promise<SubjectUsage>;
  };
  readonly reservations: {
    /** Holds units of a limit until they are settled, released or expire. */
    create(body: ReservationRequest, options?: RequestOptions): Promise<Reservation>;
    /** Counts what was used of a reservation, keeps what is still needed and gives the rest back. */
    settle(id: string, body: SettleRequest, options?: RequestOptions): Promise<SettledReservation>;
    /** Gives back what a reservation still holds. */
    release(id: string, options?: RequestOptions): Promise<SettledReservation>;
  };
  readonly creditTypes: {
    /** Lists credit types by key. */
    list(query?: {
      limit?: number | undefined;
      startingAfter?: string | undefined;
    }, options?: RequestOptions): List<CreditType>;
    /** Creates a credit type: units of your own, or money of a currency. */
    create(body: CreateCreditType, options?: RequestOptions): Promise<CreditType>;
  };
  readonly creditCosts: {
    /** Lists all versions of what features cost, newest first. */
    list(query?: {
      limit?: number | undefined;
      startingAfter?: string | undefined;
    }, options?: RequestOptions): List<CreditCost>;
    /** Sets what a unit of a feature costs from an instant on. What was used before keeps its price. */
    set(body: SetCreditCost, options?: RequestOptions): Promise<CreditCost>;
  };
  readonly creditPacks: {
    /** Lists what may be bought, by price. */
    list(query?: {
      limit?: number | undefined;
      startingAfter?: string | undefined;
      archived?: boolean | undefined;
    }, options?: RequestOptions): List<CreditPack>;
    /** Puts an amount of credits on sale. */
    create(body: CreateCreditPack, options?: RequestOptions): Promise<CreditPack>;
    /** Takes a pack off sale, or puts it back. */
    update(id: string, body: UpdateCreditPack, options?: RequestOptions): Promise<CreditPack>;
  };
  readonly creditAllowances: {
    /** Lists all versions of what plans grant, newest first. */
    list(query?: {
      limit?: number | undefined;
      startingAfter?: string | undefined;
    }, options?: RequestOptions): List<CreditAllowance>;
    /** Sets what a plan grants each interval of a subscription, from an instant on. */
    set(body: SetCreditAllowance, options?: RequestOptions): Promise<CreditAllowance>;
  };
  readonly credits: {
    /** Gets the credits of a customer, grant by grant. */
    get(id: string, options?: RequestOptions): Promise<CreditStanding>;
    /** Lists what happened to the credits of a customer, newest first. */
    history(id: string, query?: {
      limit?: number | undefined;
      startingAfter?: string | undefined;
    }, options?: RequestOptions): List<CreditEntry>;
    /** Gives credits to a customer. */
    grant(id: string, body: GrantCredits, options?: RequestOptions): Promise<CreditGrant>;
    /** Adds credits, or takes them away in the order in which they would be spent. */
    adjust(id: string, body: AdjustCredits, options?: RequestOptions): Promise<CreditStanding>;
    /** Takes back all that is left of a grant. */
    revoke(id: string, body: LiftTextStop, options?: RequestOptions): Promise<CreditGrant>;
    /** Spends credits once for an event id: of parallel spenders of the last unit exactly one is served. */
    consume(body: ConsumeCredits, options?: RequestOptions): Promise<{
      object: 'consume_result';
      consumption: CreditConsumption;
      repeated: boolean;
      available: string;
    }>;
    /** Gives a consumption back to the grants that paid it. */
    refund(id: string, body: RefundCredits, options?: RequestOptions): Promise<CreditConsumption>;
    /** Sells a pack to a customer. The credits are granted when its invoice is paid. */
    buy(id: string, body: BuyCredits, options?: RequestOptions): Promise<CreditPurchase>;
    /** Says when credits are bought by themselves, and how much a month at most. */
    setReload(id: string, body: SetCreditReload, options?: RequestOptions): Promise<CreditStanding>;
    /** Says below how many credits this customer is told that they run low, in place of the mark of the type. */
    setLowMark(id: string, body: SetCreditLowMark, options?: RequestOptions): Promise<CreditStanding>;
  };
  readonly overrides: {
    /** Lists lasting agreements about rights of a customer, latest first. */
    list(id: string, query?: {
      limit?: number | undefined;
      startingAfter?: string | undefined;
      ended?: boolean | undefined;
    }, options?: RequestOptions): List<RightOverride>;
    /** Agrees on a right of a customer or of one subscription, with a reason; ends what was agreed before. */
    set(id: string, body: SetOverride, options?: RequestOptions): Promise<RightOverride>;
    /** Ends an agreement about a right, with a reason. */
    remove(id: string, body: LiftTextStop, options?: RequestOptions): Promise<RightOverride>;
  };
  readonly rightGrants: {
    /** Lists rights that were given to a customer for a time, latest first. */
    list(id: string, query?: {
      limit?: number | undefined;
      startingAfter?: string | undefined;
      ended?: boolean | undefined;
    }, options?: RequestOptions): List<RightGrant>;
    /** Gives a customer a right for a time, with a reason, over what it has. */
    create(id: string, body: CreateGrant, options?: RequestOptions): Promise<RightGrant>;
    /** Takes back a right that was given for a time, from now on. */
    revoke(id: string, body: LiftTextStop, options?: RequestOptions): Promise<RightGrant>;
  };
  readonly invoices: {
    /** Lists invoices, newest first. */
    list(query?: {
      limit?: number | undefined;
      startingAfter?: string | undefined;
      customer?: string | undefined;
      subscription?: string | undefined;
      status?: InvoiceStatus | undefined;
      kind?: 'invoice' | 'debit_note' | undefined;
      q?: string | undefined;
      issuedFrom?: string | undefined;
      issuedTo?: string | undefined;
    }, options?: RequestOptions): List<InvoiceSummary>;
    /** Exports invoice lines as customer, invoice, line, quantity, currency, amount. */
    export(query: {
      format: 'csv' | 'json';
      from?: string | undefined;
      to?: string | undefined;
    }, options?: RequestOptions): Promise<Response>;
    /** Gets an invoice with its lines, each explained. */
    get(id: string, options?: RequestOptions): Promise<Invoice>;
    /** Gets the invoice as PDF. */
    pdf(id: string, options?: RequestOptions): Promise<Response>;
    /** Gets the frozen document, byte by byte as it was hashed at issue; `Repr-Digest` has its SHA-256. */
    document(id: string, options?: RequestOptions): Promise<Response>;
    /** Says why the total differs from another invoice: price, volume, mix, plan, tax, one-off. */
    diff(id: string, query?: {
      against?: string | undefined;
    }, options?: RequestOptions): Promise<InvoiceDiff>;
    /** Puts two invoices of a customer side by side, line by line, and says why each differs. */
    compare(id: string, query: {
      against: string;
    }, options?: RequestOptions): Promise<InvoiceComparison>;
    /** Says how much was used on each day that a line is for. */
    lineUsage(id: string, options?: RequestOptions): Promise<LineUsage>;
    /** Says how the amount of a line came about. */
    explainLine(id: string, options?: RequestOptions): Promise<LineExplanation>;
    /** Voids an open invoice. It stays readable; an open payment page is closed first. */
    void(id: string, body: {
      reason: string;
      periods: 'bill_again' | 'waive';
    }, options?: RequestOptions): Promise<Invoice>;
    /** Tries to collect an open invoice with the default payment method. */
    collect(id: string, body?: Record<string, never>, options?: RequestOptions): Promise<Invoice>;
    /** Voids an open invoice and bills what it billed once more, by the facts and settings of now. */
    reissue(id: string, body: LiftTextStop, options?: RequestOptions): Promise<Invoice>;
    /** Takes back an issued invoice or a part of it. What is still to pay is lowered first. */
    credit(id: string, body: CreateCreditNote, options?: RequestOptions): Promise<CreditNote>;
    /** Raises what an issued invoice claimed, by a document of its own that is numbered, taxed and paid like an invoice. */
    debit(id: string, body: CreateDebitNote, options?: RequestOptions): Promise<Invoice>;
    /** Shows what a debit note would claim, with its tax. Nothing is written. */
    previewDebit(id: string, body: CreateDebitNote, options?: RequestOptions): Promise<DraftDebitNote>;
    /** Gets an issued invoice as e-invoice by EN 16931: made once and the same bytes ever after. */
    eInvoice(id: string, query?: {
      format?: EInvoiceProfile | undefined;
    }, options?: RequestOptions): Promise<Response>;
    /** Lists how an invoice reached its readers, newest first. */
    deliveries(id: string, options?: RequestOptions): List<DocumentDelivery>;
    /** Says how an open invoice is paid by transfer. */
    transferDetails(id: string, options?: RequestOptions): Promise<TransferDetails>;
    /** Says in which months each line of an invoice is earned. */
    revenue(id: string, options?: RequestOptions): Promise<RevenueSchedule>;
  };
  readonly creditNotes: {
    /** Lists credit notes, newest first. */
    list(query?: {
      limit?: number | undefined;
      startingAfter?: string | undefined;
      customer?: string | undefined;
      invoice?: string | undefined;
    }, options?: RequestOptions): List<CreditNoteSummary>;
    /** Gets a credit note with its lines. */
    get(id: string, options?: RequestOptions): Promise<CreditNote>;
    /** Gets the credit note as PDF. */
    pdf(id: string, options?: RequestOptions): Promise<Response>;
    /** Gets a credit note as e-invoice by EN 16931. */
    eInvoice(id: string, query?: {
      format?: EInvoiceProfile | undefined;
    }, options?: RequestOptions): Promise<Response>;
    /** Lists how a credit note reached its readers, newest first. */
    deliveries(id: string, options?: RequestOptions): List<DocumentDelivery>;
  };
  readonly deliveries: {
    /** Sends what Peppol refused once more: the same file, to the same address. */
    resend(id: string, body?: Record<string, never>, options?: RequestOptions): Promise<{
      object: 'resent_delivery';
      delivery: DocumentDelivery;
    }>;
  };
  readonly documents: {
    /** Issues a pro-forma invoice, a statement of account or a dunning letter. Nothing is posted. */
    create(id: string, body: CreateCustomerDocument, options?: RequestOptions): Promise<CustomerDocument>;
    /** Shows as PDF what would be issued now. It takes no number and is kept nowhere. */
    preview(id: string, query: CreateCustomerDocument, options?: RequestOptions): Promise<Response>;
    /** Sends a document to its customer by mail, in the language it was issued in. */
    send(id: string, options?: RequestOptions): Promise<CustomerDocument>;
    /** Lists documents that are no invoices, newest first. */
    list(query?: {
      limit?: number | undefined;
      startingAfter?: string | undefined;
      customer?: string | undefined;
      kind?: DocumentKind | undefined;
    }, options?: RequestOptions): List<CustomerDocument>;
    /** Gets the document as PDF. */
    pdf(id: string, options?: RequestOptions): Promise<Response>;
  };
  readonly paymentProvider: {
    /** Says where the payment provider has to send its webhooks. */
    get(options?: RequestOptions): Promise<PaymentProvider>;
    /** Has Stripe send every event that is read here to the endpoint that is there already. */
    subscribeEvents(body?: Record<string, never>, options?: RequestOptions): Promise<WebhookSubscription>;
  };
  readonly payPal: {
    /** Says which account at PayPal is charged, and where PayPal has to send its webhooks. */
    get(options?: RequestOptions): Promise<PayPalAccount>;
    /** Sets up, or replaces, the account at PayPal. The keys are tried without charging. */
    put(body: PutPayPalAccount, options?: RequestOptions): Promise<PayPalAccount>;
  };
  readonly payments: {
    /** Lists every try at collecting, newest first. */
    list(query?: {
      limit?: number | undefined;
      startingAfter?: string | undefined;
      customer?: string | undefined;
      invoice?: string | undefined;
      status?: 'created' | 'sending' | 'requires_action' | 'processing' | 'unknown' | 'succeeded' | 'failed' | 'canceled' | 'reversed' | undefined;
    }, options?: RequestOptions): List<Payment>;
    /** Gives money back, all that is left unless an amount is named. */
    refund(id: string, body: AskedRefund, options?: RequestOptions): Promise<Refund>;
    /** Gets the receipt of a payment as PDF; it is numbered at the first asking. */
    receipt(id: string, options?: RequestOptions): Promise<Response>;
    /** Takes back a payment that was recorded by hand: a cheque that bounced, a mistake. */
    reverse(id: string, body: LiftTextStop, options?: RequestOptions): Promise<Payment>;
    /** Asks a second person for a refund; nothing goes back before somebody else agrees. */
    askRefund(id: string, body: AskedRefund, options?: RequestOptions): Promise<Approval>;
  };
  readonly paymentMethods: {
    /** Lists the payment methods of a customer. */
    list(id: string, options?: RequestOptions): List<PaymentMethod>;
    /** Makes a payment method the one that is charged, or the one that is tried when that fails. */
    change(id: string, body: {
      role: 'default' | 'backup' | 'none';
    }, options?: RequestOptions): Promise<PaymentMethod>;
    /** Removes a payment method; the last one stays while a subscription is charged to it. */
    remove(id: string, options?: RequestOptions): Promise<undefined>;
    /** Attaches a method that the provider already holds. Card data never comes here. */
    attach(id: string, body: {
      providerMethodId: string;
      makeDefault?: boolean | undefined;
    }, options?: RequestOptions): Promise<PaymentMethod>;
  };
  readonly bankAccounts: {
    /** Lists the accounts that customers transfer money to. */
    list(options?: RequestOptions): List<BankAccount>;
    /** Adds an account. The newest one in a currency is that of its invoices. */
    create(body: CreateBankAccount, options?: RequestOptions): Promise<BankAccount>;
    /** Says how CSV files of the bank are read, or takes an account out of use. */
    update(id: string, body?: UpdateBankAccount, options?: RequestOptions): Promise<BankAccount>;
  };
  readonly bankStatements: {
    /** Takes a statement, camt.053 or CSV, whole or not at all. The same file again adds nothing. */
    upload(body: {
      account: string;
    } & FileToUpload, options?: RequestOptions): Promise<BankStatement>;
    /** Lists statements, newest first. */
    list(query?: {
      limit?: number | undefined;
      startingAfter?: string | undefined;
    }, options?: RequestOptions): List<BankStatement>;
  };
  readonly bankLines: {
    /** Lists movements on the accounts, newest first. */
    list(query?: {
      limit?: number | undefined;
      startingAfter?: string | undefined;
      state?: BankLineState | undefined;
      statement?: string | undefined;
      customer?: string | undefined;
    }, options?: RequestOptions): List<BankLine>;
    /** Gets a movement with what was booked from it, or what it seems to pay. */
    get(id: string, options?: RequestOptions): Promise<BankLine>;
    /** Shows what booking a movement would do. Nothing is written. */
    previewMatch(id: string, body: MatchInput, options?: RequestOptions): Promise<MatchPreview>;
    /** Books a movement: it pays the named invoices, and what is left over is credit. */
    match(id: string, body: MatchInput, options?: RequestOptions): Promise<BankLine>;
    /** Takes back what was booked from a movement: its invoices are owed again. */
    unmatch(id: string, body: LiftTextStop, options?: RequestOptions): Promise<BankLine>;
    /** Books money that the bank took back: the payments of the movement that brought it are taken back. */
    acceptReturn(id: string, body?: Record<string, never>, options?: RequestOptions): Promise<BankLine>;
    /** Says that a movement pays nothing here. */
    ignore(id: string, body: LiftTextStop, options?: RequestOptions): Promise<BankLine>;
  };
  readonly receivedPayments: {
    /** Records money that came in cash, by cheque or otherwise. */
    record(body: RecordPayment, options?: RequestOptions): Promise<ReceivedPayments>;
  };
  readonly outgoingTransfers: {
    /** Lists refunds that a person has to transfer, oldest first. */
    list(options?: RequestOptions): List<RefundToTransfer>;
    /** Gets the refunds to transfer as a file for the bank, pain.001.001.09, in the currency of the account. */
    export(query: {
      account: string;
    }, options?: RequestOptions): Promise<Response>;
    /** Says to which account a refund is transferred, in place of what was said before. */
    setAccount(id: string, body: RefundAccount, options?: RequestOptions): Promise<RefundToTransfer>;
    /** Says that a refund was transferred, or will not be: then it is taken back. */
    settle(id: string, body: {
      outcome: 'paid' | 'not_paid';
      reference?: string | undefined;
    }, options?: RequestOptions): Promise<Refund>;
  };
  readonly stripeMirror: {
    /** Says how far what Stripe computes is followed, and what waits. */
    get(options?: RequestOptions): Promise<StripeMirror>;
    /** Makes products and prices at Stripe and plans here stand for each other. Again, it changes nothing. */
    syncCatalogue(body?: StripeRun, options?: RequestOptions): Promise<StripeReport>;
    /** Takes in customers, payment methods, plans and subscriptions of the Stripe account. Again, it changes nothing. */
    import(body?: StripeRun, options?: RequestOptions): Promise<StripeReport>;
  };
  readonly stripeChanges: {
    /** Asks Stripe what a change of a subscription that it computes would cost. */
    preview(id: string, body?: AskStripe, options?: RequestOptions): Promise<StripePreview>;
    /** Asks Stripe to change a subscription that it computes; its word confirms it. */
    ask(id: string, body?: AskStripe, options?: RequestOptions): Promise<StripeChange>;
    /** Lists what was asked of Stripe, newest first. */
    list(id: string, options?: RequestOptions): List<StripeChange>;
  };
  readonly approvals: {
    /** Lists requests to a second person, newest first. */
    list(query?: {
      limit?: number | undefined;
      startingAfter?: string | undefined;
      status?: 'waiting' | undefined;
      customer?: string | undefined;
    }, options?: RequestOptions): List<Approval>;
    /** Agrees to a request of somebody else; it is carried out at once. */
    approve(id: string, options?: RequestOptions): Promise<Approval>;
    /** Declines a request, or takes one’s own back. */
    decline(id: string, body?: {
      note?: string | undefined;
    }, options?: RequestOptions): Promise<Approval>;
  };
  readonly disputes: {
    /** Lists payments that banks ask back, newest first. */
    list(query?: {
      limit?: number | undefined;
      startingAfter?: string | undefined;
      status?: 'open' | undefined;
      customer?: string | undefined;
    }, options?: RequestOptions): List<Dispute>;
    /** Gets a dispute as the provider says it stands. */
    get(id: string, options?: RequestOptions): Promise<Dispute>;
    /** Hands in the answer to the bank. That can be done once. */
    answer(id: string, body: DisputeAnswer, options?: RequestOptions): Promise<Dispute>;
  };
  readonly billRuns: {
    /** Lists large runs of billing, newest first, with how far they are and how long they will take. */
    list(query?: {
      limit?: number | undefined;
      startingAfter?: string | undefined;
    }, options?: RequestOptions): List<BillRun>;
  };
  readonly paymentRequests: {
    /** Lists amounts that customers were asked for beside invoices, newest first. */
    list(query?: {
      limit?: number | undefined;
      startingAfter?: string | undefined;
      customer?: string | undefined;
      status?: 'open' | 'paid' | 'canceled' | undefined;
    }, options?: RequestOptions): List<PaymentRequest>;
    /** Asks a customer for an amount. It is then paid by a link, in the portal, or charged. */
    create(body: {
      customer: string;
      kind?: 'payment' | 'deposit' | undefined;
      currency: string;
      amount: string;
      description: string;
      sendMail?: boolean | undefined;
    }, options?: RequestOptions): Promise<PaymentRequest>;
    /** Opens a page on which the request is paid, and gives its address. */
    link(id: string, body: {
      successUrl: string;
      cancelUrl: string;
    }, options?: RequestOptions): Promise<PaymentLink>;
    /** Charges the request to the default method of the customer. */
    charge(id: string, options?: RequestOptions): Promise<PaymentRequest>;
    /** Takes a request back that is not paid. */
    cancel(id: string, options?: RequestOptions): Promise<PaymentRequest>;
    /** Makes a deposit credit of its customer: it pays open invoices and lowers later ones. */
    applyDeposit(id: string, body?: {
      amount?: string | undefined;
    }, options?: RequestOptions): Promise<PaymentRequest>;
    /** Sends a deposit, or a part of it, back to the method it came from. */
    refundDeposit(id: string, body: {
      amount?: string | undefined;
      reason: string;
    }, options?: RequestOptions): Promise<PaymentRequest>;
  };
  readonly providerEvents: {
    /** Lists the messages of payment providers as they came in, newest first. */
    list(query?: {
      limit?: number | undefined;
      startingAfter?: string | undefined;
      provider?: string | undefined;
      state?: 'stored' | 'done' | 'ignored' | 'quarantined' | undefined;
      type?: string | undefined;
      since?: string | undefined;
      until?: string | undefined;
    }, options?: RequestOptions): List<ProviderEvent>;
    /** Gets a message with its bytes and the headers of its signature. */
    get(id: string, options?: RequestOptions): Promise<ProviderEventWhole>;
    /** Reads a message again. However often, the end is the same. */
    replay(id: string, body?: Record<string, never>, options?: RequestOptions): Promise<ProviderEvent>;
    /** Asks the provider now for messages that no webhook brought. */
    poll(body?: Record<string, never>, options?: RequestOptions): Promise<ProviderPoll>;
  };
  readonly reconciliation: {
    /** Compares a provider's books with ours, by currency, to the minor unit. */
    get(query?: {
      provider?: string | undefined;
    }, options?: RequestOptions): Promise<Reconciliation>;
    /** Fetches what is new at the provider and matches it. Again and again adds nothing. */
    run(body?: {
      provider?: string | undefined;
    }, options?: RequestOptions): Promise<Reconciliation>;
    /** Lists every movement in the provider's books with what it is in ours, newest first. */
    transactions(query?: {
      limit?: number | undefined;
      startingAfter?: string | undefined;
      provider?: string | undefined;
      state?: 'open' | 'matched' | 'posted' | 'empty' | undefined;
      kind?: 'charge' | 'charge_failure' | 'refund' | 'refund_failure' | 'dispute' | 'dispute_reversal' | 'fee' | 'payout' | 'payout_failure' | 'adjustment' | undefined;
      payout?: string | undefined;
    }, options?: RequestOptions): List<ProviderTransaction>;
  };
  readonly payouts: {
    /** Lists payouts to the bank, newest first. */
    list(query?: {
      limit?: number | undefined;
      startingAfter?: string | undefined;
      provider?: string | undefined;
    }, options?: RequestOptions): List<Payout>;
    /** Gets the statement of a payout: what it is made of. */
    get(id: string, options?: RequestOptions): Promise<PayoutStatement>;
  };
  readonly paymentBlocks: {
    /** Lists from whom no payment is taken. */
    list(query?: {
      limit?: number | undefined;
      startingAfter?: string | undefined;
      kind?: 'customer' | 'card' | 'email' | 'email_domain' | 'country' | 'ip_range' | undefined;
    }, options?: RequestOptions): List<PaymentBlock>;
    /** Takes no payment any more from a customer, card, address, domain, country or range. */
    create(body: CreateBlock, options?: RequestOptions): Promise<PaymentBlock>;
    /** Takes something off the block list. */
    remove(id: string, options?: RequestOptions): Promise<undefined>;
  };
  readonly paymentTries: {
    /** Lists tries at paying with what was decided and why, newest first. */
    list(query?: {
      limit?: number | undefined;
      startingAfter?: string | undefined;
      verdict?: 'allow' | 'flag' | 'refuse' | undefined;
    }, options?: RequestOptions): List<PaymentTry>;
  };
  readonly riskRules: {
    /** Gets how many tries, cards and small amounts are allowed. */
    get(options?: RequestOptions): Promise<RiskRules>;
    /** Sets how many tries, cards and small amounts are allowed. */
    set(body: SetRiskRules, options?: RequestOptions): Promise<RiskRules>;
  };
  readonly health: {
    /** Checks every credential and webhook now, without charging or changing anything. */
    report(options?: RequestOptions): Promise<HealthReport>;
    /** Lists how old each secret is against how long it may be used. */
    secrets(options?: RequestOptions): List<SecretAge>;
    /** Keeps when a secret ends, of which its issuer tells nothing by itself. */
    setSecretExpiry(body: SetSecretExpiry, options?: RequestOptions): Promise<SecretAge>;
    /** Sets for how many days a kind of secret may be used. */
    setRotation(body: SetRotation, options?: RequestOptions): Promise<RotationPolicy>;
  };
  readonly paymentAccounts: {
    /** Lists the providers that this server knows, and the accounts that are set up there. */
    list(options?: RequestOptions): List<PaymentAccount>;
    /** Chooses the account that new checkouts go to, and what its hosted pages offer. */
    update(provider: string, body?: UpdatePaymentAccount, options?: RequestOptions): Promise<PaymentAccount>;
    /** Sets up, or replaces, the account at Stripe. The key is tried without charging. */
    putStripe(body?: PutStripeAccount, options?: RequestOptions): Promise<PaymentAccount>;
  };
  readonly dunning: {
    /** Lists dunning campaigns by rank. */
    campaigns(query?: {
      limit?: number | undefined;
      startingAfter?: string | undefined;
    }, options?: RequestOptions): List<DunningCampaign>;
    /** Begins a campaign with a draft; nothing follows from it until it is published. */
    createCampaign(body: CreateCampaign, options?: RequestOptions): Promise<DunningCampaign>;
    /** Gets a campaign with its draft, what is wrong with it, and what is published. */
    campaign(id: string, options?: RequestOptions): Promise<DunningCampaign>;
    /** Changes the draft, the segment, the name or the rank of a campaign, or takes it out of use. */
    updateCampaign(id: string, body?: UpdateCampaign, options?: RequestOptions): Promise<DunningCampaign>;
    /** Publishes the draft as the next version. Runs that have begun keep theirs. */
    publishCampaign(id: string, options?: RequestOptions): Promise<DunningCampaign>;
    /** Says what a campaign would do about a failure, step by step, if no try succeeds. */
    preview(body: PreviewCampaign, options?: RequestOptions): Promise<CampaignPreview>;
    /** Lays a campaign over failures of the past: what it would have tried, and what that may have brought. */
    backTest(body: BackTestCampaign, options?: RequestOptions): Promise<CampaignBackTest>;
    /** Lists what is and was done about unpaid invoices, newest first, with what happens next and when. */
    runs(query?: {
      limit?: number | undefined;
      startingAfter?: string | undefined;
      customer?: string | undefined;
      invoice?: string | undefined;
      status?: 'active' | 'paused' | 'recovered' | 'exhausted' | 'stopped' | 'closed' | undefined;
    }, options?: RequestOptions): List<DunningRun>;
    /** Holds a campaign back for one invoice. Nothing is tried, told or taken away until it goes on. */
    pauseRun(id: string, body: LiftTextStop, options?: RequestOptions): Promise<DunningRun>;
    /** Goes on with a campaign that was held back; what is ahead has moved by that time. */
    resumeRun(id: string, body: LiftTextStop, options?: RequestOptions): Promise<DunningRun>;
    /** Leaves one step of a campaign out for one invoice. */
    skipStep(id: string, body: SkipStep, options?: RequestOptions): Promise<DunningRun>;
    /** Ends a campaign for one invoice. The invoice stays open, and access stays as it is until it is paid. */
    stopRun(id: string, body: LiftTextStop, options?: RequestOptions): Promise<DunningRun>;
    /** Says what became of unpaid invoices: how many, how much came in, and by which step. */
    funnel(query?: {
      from?: string | undefined;
      to?: string | undefined;
    }, options?: RequestOptions): Promise<DunningFunnel>;
  };
  readonly ledger: {
    /** Sums the books by account and currency. */
    trialBalance(options?: RequestOptions): Promise<TrialBalance>;
    /** Lists postings with their entries, newest first. */
    list(query?: {
      limit?: number | undefined;
      startingAfter?: string | undefined;
      customer?: string | undefined;
      account?: string | undefined;
      sourceId?: string | undefined;
    }, options?: RequestOptions): List<LedgerTransaction>;
    /** Lists what moved one account in one currency with its balance after each, newest first. */
    account(query: {
      limit?: number | undefined;
      startingAfter?: string | undefined;
      account: string;
      currency: string;
    }, options?: RequestOptions): List<AccountEntry>;
    /** Lists the months that are over, with what was deferred at the end of each. */
    months(options?: RequestOptions): Promise<LedgerMonths>;
    /** Closes a month and all before it for good. What is corrected later is booked in the first open month. */
    closeMonth(month: string, body?: Record<string, never>, options?: RequestOptions): Promise<LedgerMonth>;
    /** Says month by month what was invoiced, what of it was earned and what is still ahead. */
    waterfall(query?: {
      from?: string | undefined;
      to?: string | undefined;
    }, options?: RequestOptions): Promise<RevenueWaterfall>;
    /** Says how much tax is owed to whom by rate and jurisdiction, for the running month or those named. */
    tax(query?: {
      from?: string | undefined;
      to?: string | undefined;
    }, options?: RequestOptions): Promise<TaxOwed>;
    /** Says what was booked on each account of tax, by country, region and rate, and on which return it belongs. */
    taxAccounts(query?: {
      from?: string | undefined;
      to?: string | undefined;
    }, options?: RequestOptions): Promise<TaxAccounts>;
  };
  readonly clock: {
    /** Says what time it is for this tenant. */
    get(options?: RequestOptions): Promise<Clock>;
    /** Sends the clock as server-sent events while it moves. */
    stream(options?: RequestOptions): Promise<Response>;
    /** Moves the clock of a sandbox forward and does all work that falls due on the way. */
    advance(body: AdvanceClock, options?: RequestOptions): Promise<Clock>;
    /** Stops a move of the clock after the step that is under way; what was done stands. */
    cancel(body?: Record<string, never>, options?: RequestOptions): Promise<Clock>;
    /** Lets the clock follow real time again. */
    release(body?: Record<string, never>, options?: RequestOptions): Promise<Clock>;
  };
  readonly facts: {
    /** Exports business facts without ids and wall times, in a stable order. */
    export(options?: RequestOptions): Promise<Response>;
  };
  readonly mailbox: {
    /** Lists the mail of a sandbox, newest first. */
    list(query?: {
      limit?: number | undefined;
      startingAfter?: string | undefined;
      to?: string | undefined;
    }, options?: RequestOptions): List<MailboxRow>;
    /** Gets a message. */
    get(id: string, options?: RequestOptions): Promise<MailboxMessage>;
    /** Gets an attachment of a message. */
    attachment(id: string, index: number, options?: RequestOptions): Promise<Response>;
  };
  readonly files: {
    /** Stores a file. Its content decides its type. */
    upload(body: UploadFields & FileToUpload, options?: RequestOptions): Promise<StoredFile>;
    /** Gets what is known about a file. */
    get(id: string, options?: RequestOptions): Promise<StoredFile>;
    /** Makes a link that works for a short time without signing in. */
    link(id: string, options?: RequestOptions): Promise<FileLink>;
    /** Gets the content of a file by a signed link. */
    download(id: string, query: {
      tenant: string;
      expires: number;
      signature: string;
    }, options?: RequestOptions): Promise<Response>;
    /** Deletes a file. */
    delete(id: string, options?: RequestOptions): Promise<undefined>;
  };
  readonly analytics: {
    /** Gets recurring revenue with its movements over twelve months, and money. */
    revenue(query?: {
      currency?: string | undefined;
    }, options?: RequestOptions): Promise<Revenue>;
  };
  readonly feed: {
    /** Lists business facts, newest first. */
    list(query?: {
      limit?: number | undefined;
      startingAfter?: string | undefined;
      customer?: string | undefined;
      type?: string | undefined;
      since?: string | undefined;
    }, options?: RequestOptions): List<FeedEvent>;
  };
  readonly cases: {
    /** Lists what waits for staff. */
    list(query?: {
      limit?: number | undefined;
      startingAfter?: string | undefined;
      open?: boolean | undefined;
    }, options?: RequestOptions): List<SupportCase>;
    /** Closes a case. A customer whose billing was on hold for it is billed again. */
    close(id: string, body?: {
      note?: string | undefined;
    }, options?: RequestOptions): Promise<SupportCase>;
  };
  readonly demo: {
    /** Says how far the demo has come. */
    status(options?: RequestOptions): Promise<DemoStatus>;
  };
  readonly exports: {
    /** Begins an export. It is written in the background, and its file is kept for a week. */
    create(body: CreateExport, options?: RequestOptions): Promise<DataExport>;
    /** Lists exports, newest first. */
    list(query?: {
      limit?: number | undefined;
      startingAfter?: string | undefined;
      kind?: ExportKind | undefined;
    }, options?: RequestOptions): List<DataExport>;
    /** Gets an export with how far it has come. */
    get(id: string, options?: RequestOptions): Promise<DataExport>;
    /** Stops an export that is not done. */
    cancel(id: string, body?: Record<string, never>, options?: RequestOptions): Promise<DataExport>;
    /** Makes a link to the file that works for a quarter of an hour without signing in. */
    link(id: string, body?: Record<string, never>, options?: RequestOptions): Promise<ExportLink>;
    /** Gets the file of an export by its link. */
    content(id: string, query: {
      tenant: string;
      expires: number;
      signature: string;
    }, options?: RequestOptions): Promise<Response>;
  };
  readonly erasures: {
    /** Shows what would go and what would stay if a customer were erased, and what stands in the way. */
    preview(id: string, options?: RequestOptions): Promise<ErasurePreview>;
    /** Erases a customer as it was previewed, or asks a second person for it. */
    request(id: string, body: RequestErasure, options?: RequestOptions): Promise<Erasure>;
    /** Lists erasures, newest first. */
    list(query?: {
      limit?: number | undefined;
      startingAfter?: string | undefined;
    }, options?: RequestOptions): List<Erasure>;
    /** Gets an erasure with how far it has come. */
    get(id: string, options?: RequestOptions): Promise<Erasure>;
    /** Agrees to an erasure that somebody else asked for; it begins at once. */
    approve(id: string, body?: Record<string, never>, options?: RequestOptions): Promise<Erasure>;
    /** Declines an erasure that waits for a second person, or takes it back. */
    cancel(id: string, body?: Record<string, never>, options?: RequestOptions): Promise<Erasure>;
  };
  readonly legalHolds: {
    /** Keeps a customer from being erased, as a lawsuit may ask for. */
    place(id: string, body: LiftTextStop, options?: RequestOptions): Promise<LegalHold>;
    /** Ends the legal hold of a customer. */
    release(id: string, body: LiftTextStop, options?: RequestOptions): Promise<{
      object: 'legal_hold_release';
      customer: string;
    }>;
  };
  readonly privacySettings: {
    /** Gets for how long documents are kept, and whether erasing takes two people. */
    get(options?: RequestOptions): Promise<PrivacySettings>;
    /** Says for how long documents are kept, and whether erasing takes two people. */
    put(body: PutPrivacySettings, options?: RequestOptions): Promise<PrivacySettings>;
  };
  readonly imports: {
    /** Takes customers or subscriptions as CSV and begins a dry run. Nothing of it is written. */
    upload(body: CreateImport & FileToUpload, options?: RequestOptions): Promise<DataImport>;
    /** Lists imports, newest first. */
    list(query?: {
      limit?: number | undefined;
      startingAfter?: string | undefined;
    }, options?: RequestOptions): List<DataImport>;
    /** Gets an import with how far it has come. */
    get(id: string, options?: RequestOptions): Promise<DataImport>;
    /** Says line by line what would be done, or was done, and why not. */
    lines(id: string, query?: {
      limit?: number | undefined;
      startingAfter?: string | undefined;
      outcome?: ImportOutcome | undefined;
    }, options?: RequestOptions): List<ImportLine>;
    /** Carries an import out after its dry run. Lines that are refused are left out. */
    run(id: string, body?: Record<string, never>, options?: RequestOptions): Promise<DataImport>;
    /** Stops an import. What was written stays. */
    cancel(id: string, body?: Record<string, never>, options?: RequestOptions): Promise<DataImport>;
  };
  readonly accountingSettings: {
    /** Gets what the tax adviser's program needs. */
    get(options?: RequestOptions): Promise<AccountingSettings>;
    /** Says what the tax adviser's program needs: its numbers, and which account is which there. */
    put(body: {
      datev: DatevSettings;
    }, options?: RequestOptions): Promise<AccountingSettings>;
  };
}

/** Every operation as a method that hands a plain request to `call`. */
export function operatorMethods(call: Call): OperatorMethods {
  return {
    session: {
      get: (options) => call({ method: 'GET', path: '/v1/session', answer: 'json', keyed: false, repeatable: true }, options),
    },
    apiKeys: {
      list: (query, options) => call({ method: 'GET', path: '/v1/api_keys', answer: 'list', keyed: false, repeatable: true, query }, options),
      create: (body, options) => call({ method: 'POST', path: '/v1/api_keys', answer: 'json', keyed: true, repeatable: true, bodyKind: 'json', body }, options),
      revoke: (id, options) => call({ method: 'DELETE', path: '/v1/api_keys/{id}', answer: 'json', keyed: false, repeatable: false, params: { id } }, options),
    },
    operators: {
      list: (query, options) => call({ method: 'GET', path: '/v1/operators', answer: 'list', keyed: false, repeatable: true, query }, options),
      changeRole: (id, body, options) => call({ method: 'PATCH', path: '/v1/operators/{id}', answer: 'json', keyed: false, repeatable: true, params: { id }, bodyKind: 'json', body }, options),
      remove: (id, options) => call({ method: 'DELETE', path: '/v1/operators/{id}', answer: 'none', keyed: false, repeatable: false, params: { id } }, options),
    },
    invitations: {
      list: (query, options) => call({ method: 'GET', path: '/v1/invitations', answer: 'list', keyed: false, repeatable: true, query }, options),
      create: (body, options) => call({ method: 'POST', path: '/v1/invitations', answer: 'json', keyed: true, repeatable: true, bodyKind: 'json', body }, options),
      revoke: (id, options) => call({ method: 'DELETE', path: '/v1/invitations/{id}', answer: 'json', keyed: false, repeatable: false, params: { id } }, options),
      accept: (body, options) => call({ method: 'POST', path: '/v1/invitations/accept', answer: 'json', keyed: false, repeatable: false, bodyKind: 'json', body }, options),
    },
    audit: {
      list: (query, options) => call({ method: 'GET', path: '/v1/audit', answer: 'list', keyed: false, repeatable: true, query }, options),
    },
    tenants: {
      list: (options) => call({ method: 'GET', path: '/v1/tenants', answer: 'list', keyed: false, repeatable: true }, options),
      create: (body, options) => call({ method: 'POST', path: '/v1/tenants', answer: 'json', keyed: true, repeatable: true, bodyKind: 'json', body }, options),
    },
    tenant: {
      get: (options) => call({ method: 'GET', path: '/v1/tenant', answer: 'json', keyed: false, repeatable: true }, options),
      previewDocument: (body, options) => call({ method: 'POST', path: '/v1/tenant/document_preview', answer: 'raw', keyed: false, repeatable: true, bodyKind: 'json', body }, options),
      update: (body, options) => call({ method: 'PATCH', path: '/v1/tenant', answer: 'json', keyed: false, repeatable: true, bodyKind: 'json', body }, options),
    },
    customers: {
      list: (query, options) => call({ method: 'GET', path: '/v1/customers', answer: 'list', keyed: false, repeatable: true, query }, options),
      create: (body, options) => call({ method: 'POST', path: '/v1/customers', answer: 'json', keyed: true, repeatable: true, bodyKind: 'json', body }, options),
      get: (id, options) => call({ method: 'GET', path: '/v1/customers/{id}', answer: 'json', keyed: false, repeatable: true, params: { id } }, options),
      update: (id, body, options) => call({ method: 'PATCH', path: '/v1/customers/{id}', answer: 'json', keyed: false, repeatable: true, params: { id }, bodyKind: 'json', body }, options),
      overview: (id, options) => call({ method: 'GET', path: '/v1/customers/{id}/overview', answer: 'json', keyed: false, repeatable: true, params: { id } }, options),
      phone: (id, options) => call({ method: 'GET', path: '/v1/customers/{id}/phone', answer: 'json', keyed: false, repeatable: true, params: { id } }, options),
      putPhone: (id, body, options) => call({ method: 'PUT', path: '/v1/customers/{id}/phone', answer: 'json', keyed: false, repeatable: true, params: { id }, bodyKind: 'json', body }, options),
      liftTextStop: (id, body, options) => call({ method: 'POST', path: '/v1/customers/{id}/phone/lift_stop', answer: 'json', keyed: true, repeatable: true, params: { id }, bodyKind: 'json', body }, options),
      removePhone: (id, options) => call({ method: 'DELETE', path: '/v1/customers/{id}/phone', answer: 'none', keyed: false, repeatable: false, params: { id } }, options),
      tax: (id, options) => call({ method: 'GET', path: '/v1/customers/{id}/tax', answer: 'json', keyed: false, repeatable: true, params: { id } }, options),
      locationEvidence: (id, options) => call({ method: 'GET', path: '/v1/customers/{id}/location_evidence', answer: 'json', keyed: false, repeatable: true, params: { id } }, options),
      keepLocationEvidence: (id, body, options) => call({ method: 'POST', path: '/v1/customers/{id}/location_evidence', answer: 'json', keyed: true, repeatable: true, params: { id }, bodyKind: 'json', body }, options),
      taxCertificates: (id, options) => call({ method: 'GET', path: '/v1/customers/{id}/tax_certificates', answer: 'list', keyed: false, repeatable: true, params: { id } }, options),
      addTaxCertificate: (id, body, options) => call({ method: 'POST', path: '/v1/customers/{id}/tax_certificates', answer: 'json', keyed: true, repeatable: true, params: { id }, bodyKind: 'json', body }, options),
      suggestPlans: (id, query, options) => call({ method: 'GET', path: '/v1/customers/{id}/plan_suggestions', answer: 'json', keyed: false, repeatable: true, params: { id }, query }, options),
      draftInvoice: (id, body, options) => call({ method: 'POST', path: '/v1/customers/{id}/draft_invoice', answer: 'list', keyed: false, repeatable: true, params: { id }, bodyKind: 'json', body }, options),
      openStripePortal: (id, body, options) => call({ method: 'POST', path: '/v1/customers/{id}/stripe_portal', answer: 'json', keyed: true, repeatable: true, params: { id }, bodyKind: 'json', body }, options),
      access: (id, options) => call({ method: 'GET', path: '/v1/customers/{id}/access', answer: 'json', keyed: false, repeatable: true, params: { id } }, options),
    },
    taxCertificates: {
      accept: (id, body, options) => call({ method: 'POST', path: '/v1/tax_certificates/{id}/accept', answer: 'json', keyed: true, repeatable: true, params: { id }, bodyKind: 'json', body }, options),
      refuse: (id, body, options) => call({ method: 'POST', path: '/v1/tax_certificates/{id}/refuse', answer: 'json', keyed: true, repeatable: true, params: { id }, bodyKind: 'json', body }, options),
      withdraw: (id, body, options) => call({ method: 'POST', path: '/v1/tax_certificates/{id}/withdraw', answer: 'json', keyed: true, repeatable: true, params: { id }, bodyKind: 'json', body }, options),
    },
    meters: {
      list: (query, options) => call({ method: 'GET', path: '/v1/meters', answer: 'list', keyed: false, repeatable: true, query }, options),
      create: (body, options) => call({ method: 'POST', path: '/v1/meters', answer: 'json', keyed: true, repeatable: true, bodyKind: 'json', body }, options),
      update: (id, body, options) => call({ method: 'PATCH', path: '/v1/meters/{id}', answer: 'json', keyed: false, repeatable: true, params: { id }, bodyKind: 'json', body }, options),
    },
    features: {
      list: (query, options) => call({ method: 'GET', path: '/v1/features', answer: 'list', keyed: false, repeatable: true, query }, options),
      create: (body, options) => call({ method: 'POST', path: '/v1/features', answer: 'json', keyed: true, repeatable: true, bodyKind: 'json', body }, options),
      update: (id, body, options) => call({ method: 'PATCH', path: '/v1/features/{id}', answer: 'json', keyed: false, repeatable: true, params: { id }, bodyKind: 'json', body }, options),
    },
    plans: {
      list: (query, options) => call({ method: 'GET', path: '/v1/plans', answer: 'list', keyed: false, repeatable: true, query }, options),
      create: (body, options) => call({ method: 'POST', path: '/v1/plans', answer: 'json', keyed: true, repeatable: true, bodyKind: 'json', body }, options),
      get: (id, options) => call({ method: 'GET', path: '/v1/plans/{id}', answer: 'json', keyed: false, repeatable: true, params: { id } }, options),
      update: (id, body, options) => call({ method: 'PATCH', path: '/v1/plans/{id}', answer: 'json', keyed: false, repeatable: true, params: { id }, bodyKind: 'json', body }, options),
      listVersions: (id, query, options) => call({ method: 'GET', path: '/v1/plans/{id}/versions', answer: 'list', keyed: false, repeatable: true, params: { id }, query }, options),
      createVersion: (id, body, options) => call({ method: 'POST', path: '/v1/plans/{id}/versions', answer: 'json', keyed: true, repeatable: true, params: { id }, bodyKind: 'json', body }, options),
      previewMigration: (id, version, body, options) => call({ method: 'POST', path: '/v1/plans/{id}/versions/{version}/migrate/preview', answer: 'json', keyed: false, repeatable: true, params: { id, version }, bodyKind: 'json', body }, options),
      migrate: (id, version, body, options) => call({ method: 'POST', path: '/v1/plans/{id}/versions/{version}/migrate', answer: 'json', keyed: true, repeatable: true, params: { id, version }, bodyKind: 'json', body }, options),
      previewRights: (id, body, options) => call({ method: 'POST', path: '/v1/plans/{id}/rights/preview', answer: 'json', keyed: false, repeatable: true, params: { id }, bodyKind: 'json', body }, options),
      limitedAccess: (id, options) => call({ method: 'GET', path: '/v1/plans/{id}/limited_access', answer: 'json', keyed: false, repeatable: true, params: { id } }, options),
      setLimitedAccess: (id, body, options) => call({ method: 'PUT', path: '/v1/plans/{id}/limited_access', answer: 'json', keyed: false, repeatable: true, params: { id }, bodyKind: 'json', body }, options),
    },
    catalogue: {
      get: (options) => call({ method: 'GET', path: '/v1/catalogue', answer: 'json', keyed: false, repeatable: true }, options),
      put: (body, query, options) => call({ method: 'PUT', path: '/v1/catalogue', answer: 'json', keyed: false, repeatable: true, bodyKind: 'json', body, query }, options),
    },
    prices: {
      preview: (body, options) => call({ method: 'POST', path: '/v1/prices/preview', answer: 'json', keyed: false, repeatable: true, bodyKind: 'json', body }, options),
    },
    coupons: {
      list: (query, options) => call({ method: 'GET', path: '/v1/coupons', answer: 'list', keyed: false, repeatable: true, query }, options),
      create: (body, options) => call({ method: 'POST', path: '/v1/coupons', answer: 'json', keyed: true, repeatable: true, bodyKind: 'json', body }, options),
      get: (id, options) => call({ method: 'GET', path: '/v1/coupons/{id}', answer: 'json', keyed: false, repeatable: true, params: { id } }, options),
      update: (id, body, options) => call({ method: 'PATCH', path: '/v1/coupons/{id}', answer: 'json', keyed: false, repeatable: true, params: { id }, bodyKind: 'json', body }, options),
    },
    subscriptions: {
      list: (query, options) => call({ method: 'GET', path: '/v1/subscriptions', answer: 'list', keyed: false, repeatable: true, query }, options),
      create: (body, options) => call({ method: 'POST', path: '/v1/subscriptions', answer: 'json', keyed: true, repeatable: true, bodyKind: 'json', body }, options),
      preview: (body, options) => call({ method: 'POST', path: '/v1/subscriptions/preview', answer: 'json', keyed: false, repeatable: true, bodyKind: 'json', body }, options),
      get: (id, options) => call({ method: 'GET', path: '/v1/subscriptions/{id}', answer: 'json', keyed: false, repeatable: true, params: { id } }, options),
      setThreshold: (id, body, options) => call({ method: 'POST', path: '/v1/subscriptions/{id}/threshold', answer: 'json', keyed: true, repeatable: true, params: { id }, bodyKind: 'json', body }, options),
      upcomingInvoice: (id, options) => call({ method: 'GET', path: '/v1/subscriptions/{id}/upcoming_invoice', answer: 'json', keyed: false, repeatable: true, params: { id } }, options),
      previewAction: (id, body, options) => call({ method: 'POST', path: '/v1/subscriptions/{id}/preview', answer: 'json', keyed: false, repeatable: true, params: { id }, bodyKind: 'json', body }, options),
      change: (id, body, options) => call({ method: 'POST', path: '/v1/subscriptions/{id}/change', answer: 'json', keyed: true, repeatable: true, params: { id }, bodyKind: 'json', body }, options),
      previewChange: (id, body, options) => call({ method: 'POST', path: '/v1/subscriptions/{id}/change/preview', answer: 'json', keyed: false, repeatable: true, params: { id }, bodyKind: 'json', body }, options),
      changeSeats: (id, body, options) => call({ method: 'POST', path: '/v1/subscriptions/{id}/seats', answer: 'json', keyed: true, repeatable: true, params: { id }, bodyKind: 'json', body }, options),
      cancel: (id, body, options) => call({ method: 'POST', path: '/v1/subscriptions/{id}/cancel', answer: 'json', keyed: true, repeatable: true, params: { id }, bodyKind: 'json', body }, options),
      setRenewal: (id, body, options) => call({ method: 'POST', path: '/v1/subscriptions/{id}/renewal', answer: 'json', keyed: true, repeatable: true, params: { id }, bodyKind: 'json', body }, options),
      pause: (id, body, options) => call({ method: 'POST', path: '/v1/subscriptions/{id}/pause', answer: 'json', keyed: true, repeatable: true, params: { id }, bodyKind: 'json', body }, options),
      resume: (id, body, options) => call({ method: 'POST', path: '/v1/subscriptions/{id}/resume', answer: 'json', keyed: true, repeatable: true, params: { id }, bodyKind: 'json', body }, options),
      undo: (id, body, options) => call({ method: 'POST', path: '/v1/subscriptions/{id}/undo', answer: 'json', keyed: true, repeatable: true, params: { id }, bodyKind: 'json', body }, options),
      undoStep: (id, step, body, options) => call({ method: 'POST', path: '/v1/subscriptions/{id}/schedule/{step}/undo', answer: 'json', keyed: true, repeatable: true, params: { id, step }, bodyKind: 'json', body }, options),
      overridePrice: (id, body, options) => call({ method: 'POST', path: '/v1/subscriptions/{id}/prices', answer: 'json', keyed: true, repeatable: true, params: { id }, bodyKind: 'json', body }, options),
      moveTrial: (id, body, options) => call({ method: 'POST', path: '/v1/subscriptions/{id}/trial', answer: 'json', keyed: true, repeatable: true, params: { id }, bodyKind: 'json', body }, options),
      migrate: (id, body, options) => call({ method: 'POST', path: '/v1/subscriptions/{id}/migrate', answer: 'json', keyed: true, repeatable: true, params: { id }, bodyKind: 'json', body }, options),
      addDiscount: (id, body, options) => call({ method: 'POST', path: '/v1/subscriptions/{id}/discounts', answer: 'json', keyed: true, repeatable: true, params: { id }, bodyKind: 'json', body }, options),
      endDiscount: (id, discount, body, options) => call({ method: 'POST', path: '/v1/subscriptions/{id}/discounts/{discount}/end', answer: 'json', keyed: true, repeatable: true, params: { id, discount }, bodyKind: 'json', body }, options),
      takeAddOn: (id, body, options) => call({ method: 'POST', path: '/v1/subscriptions/{id}/add_ons', answer: 'json', keyed: true, repeatable: true, params: { id }, bodyKind: 'json', body }, options),
      changeAddOn: (id, addOn, body, options) => call({ method: 'POST', path: '/v1/subscriptions/{id}/add_ons/{add_on}/quantity', answer: 'json', keyed: true, repeatable: true, params: { id, add_on: addOn }, bodyKind: 'json', body }, options),
      endAddOn: (id, addOn, body, options) => call({ method: 'POST', path: '/v1/subscriptions/{id}/add_ons/{add_on}/end', answer: 'json', keyed: true, repeatable: true, params: { id, add_on: addOn }, bodyKind: 'json', body }, options),
      charge: (id, body, options) => call({ method: 'POST', path: '/v1/subscriptions/{id}/charges', answer: 'json', keyed: true, repeatable: true, params: { id }, bodyKind: 'json', body }, options),
    },
    events: {
      ingest: (body, options) => call({ method: 'POST', path: '/v1/events', answer: 'json', keyed: false, repeatable: true, bodyKind: 'events', body }, options),
      list: (query, options) => call({ method: 'GET', path: '/v1/events', answer: 'list', keyed: false, repeatable: true, query }, options),
      get: (query, options) => call({ method: 'GET', path: '/v1/event', answer: 'json', keyed: false, repeatable: true, query }, options),
      previewVoid: (body, options) => call({ method: 'POST', path: '/v1/events/void/preview', answer: 'json', keyed: false, repeatable: true, bodyKind: 'json', body }, options),
      void: (body, options) => call({ method: 'POST', path: '/v1/events/void', answer: 'json', keyed: true, repeatable: true, bodyKind: 'json', body }, options),
      previewAmend: (body, options) => call({ method: 'POST', path: '/v1/events/amend/preview', answer: 'json', keyed: false, repeatable: true, bodyKind: 'json', body }, options),
      amend: (body, options) => call({ method: 'POST', path: '/v1/events/amend', answer: 'json', keyed: true, repeatable: true, bodyKind: 'json', body }, options),
      previewBackfill: (body, options) => call({ method: 'POST', path: '/v1/events/backfill/preview', answer: 'json', keyed: false, repeatable: true, bodyKind: 'json', body }, options),
      backfill: (body, options) => call({ method: 'POST', path: '/v1/events/backfill', answer: 'json', keyed: true, repeatable: true, bodyKind: 'json', body }, options),
    },
    usage: {
      get: (query, options) => call({ method: 'GET', path: '/v1/usage', answer: 'json', keyed: false, repeatable: true, query }, options),
      outlook: (query, options) => call({ method: 'GET', path: '/v1/usage/outlook', answer: 'json', keyed: false, repeatable: true, query }, options),
      topCustomers: (query, options) => call({ method: 'GET', path: '/v1/usage/top_customers', answer: 'json', keyed: false, repeatable: true, query }, options),
      verify: (query, options) => call({ method: 'GET', path: '/v1/usage/verification', answer: 'json', keyed: false, repeatable: true, query }, options),
    },
    quarantine: {
      list: (query, options) => call({ method: 'GET', path: '/v1/usage/quarantine', answer: 'list', keyed: false, repeatable: true, query }, options),
      assign: (id, body, options) => call({ method: 'POST', path: '/v1/usage/quarantine/{id}/assign', answer: 'json', keyed: true, repeatable: true, params: { id }, bodyKind: 'json', body }, options),
      assignMany: (body, options) => call({ method: 'POST', path: '/v1/usage/quarantine/assign', answer: 'json', keyed: true, repeatable: true, bodyKind: 'json', body }, options),
      discard: (body, options) => call({ method: 'POST', path: '/v1/usage/quarantine/discard', answer: 'json', keyed: true, repeatable: true, bodyKind: 'json', body }, options),
    },
    eventStreams: {
      open: (options) => call({ method: 'POST', path: '/v1/events/streams', answer: 'json', keyed: true, repeatable: true }, options),
      get: (id, options) => call({ method: 'GET', path: '/v1/events/streams/{id}', answer: 'json', keyed: false, repeatable: true, params: { id } }, options),
      append: (id, body, query, options) => call({ method: 'POST', path: '/v1/events/streams/{id}/lines', answer: 'json', keyed: false, repeatable: true, params: { id }, bodyKind: 'lines', body, query }, options),
    },
    usageArchives: {
      list: (query, options) => call({ method: 'GET', path: '/v1/usage/archives', answer: 'list', keyed: false, repeatable: true, query }, options),
      content: (id, options) => call({ method: 'GET', path: '/v1/usage/archives/{id}/content', answer: 'raw', keyed: false, repeatable: true, params: { id } }, options),
    },
    entitlements: {
      check: (body, options) => call({ method: 'POST', path: '/v1/check', answer: 'json', keyed: false, repeatable: true, bodyKind: 'json', body }, options),
      track: (body, options) => call({ method: 'POST', path: '/v1/track', answer: 'json', keyed: false, repeatable: true, bodyKind: 'json', body }, options),
      consume: (body, options) => call({ method: 'POST', path: '/v1/consume', answer: 'json', keyed: false, repeatable: true, bodyKind: 'json', body }, options),
      stream: (options) => call({ method: 'GET', path: '/v1/entitlements/stream', answer: 'raw', keyed: false, repeatable: true }, options),
      list: (id, query, options) => call({ method: 'GET', path: '/v1/customers/{id}/entitlements', answer: 'list', keyed: false, repeatable: true, params: { id }, query }, options),
      subjects: (id, feature, options) => call({ method: 'GET', path: '/v1/customers/{id}/entitlements/{feature}/subjects', answer: 'json', keyed: false, repeatable: true, params: { id, feature } }, options),
    },
    reservations: {
      create: (body, options) => call({ method: 'POST', path: '/v1/reservations', answer: 'json', keyed: false, repeatable: true, bodyKind: 'json', body }, options),
      settle: (id, body, options) => call({ method: 'POST', path: '/v1/reservations/{id}/settle', answer: 'json', keyed: false, repeatable: true, params: { id }, bodyKind: 'json', body }, options),
      release: (id, options) => call({ method: 'POST', path: '/v1/reservations/{id}/release', answer: 'json', keyed: false, repeatable: true, params: { id } }, options),
    },
    creditTypes: {
      list: (query, options) => call({ method: 'GET', path: '/v1/credit_types', answer: 'list', keyed: false, repeatable: true, query }, options),
      create: (body, options) => call({ method: 'POST', path: '/v1/credit_types', answer: 'json', keyed: true, repeatable: true, bodyKind: 'json', body }, options),
    },
    creditCosts: {
      list: (query, options) => call({ method: 'GET', path: '/v1/credit_costs', answer: 'list', keyed: false, repeatable: true, query }, options),
      set: (body, options) => call({ method: 'POST', path: '/v1/credit_costs', answer: 'json', keyed: true, repeatable: true, bodyKind: 'json', body }, options),
    },
    creditPacks: {
      list: (query, options) => call({ method: 'GET', path: '/v1/credit_packs', answer: 'list', keyed: false, repeatable: true, query }, options),
      create: (body, options) => call({ method: 'POST', path: '/v1/credit_packs', answer: 'json', keyed: true, repeatable: true, bodyKind: 'json', body }, options),
      update: (id, body, options) => call({ method: 'PATCH', path: '/v1/credit_packs/{id}', answer: 'json', keyed: false, repeatable: true, params: { id }, bodyKind: 'json', body }, options),
    },
    creditAllowances: {
      list: (query, options) => call({ method: 'GET', path: '/v1/credit_allowances', answer: 'list', keyed: false, repeatable: true, query }, options),
      set: (body, options) => call({ method: 'POST', path: '/v1/credit_allowances', answer: 'json', keyed: true, repeatable: true, bodyKind: 'json', body }, options),
    },
    credits: {
      get: (id, options) => call({ method: 'GET', path: '/v1/customers/{id}/credits', answer: 'json', keyed: false, repeatable: true, params: { id } }, options),
      history: (id, query, options) => call({ method: 'GET', path: '/v1/customers/{id}/credit_entries', answer: 'list', keyed: false, repeatable: true, params: { id }, query }, options),
      grant: (id, body, options) => call({ method: 'POST', path: '/v1/customers/{id}/credits', answer: 'json', keyed: true, repeatable: true, params: { id }, bodyKind: 'json', body }, options),
      adjust: (id, body, options) => call({ method: 'POST', path: '/v1/customers/{id}/credits/adjust', answer: 'json', keyed: true, repeatable: true, params: { id }, bodyKind: 'json', body }, options),
      revoke: (id, body, options) => call({ method: 'POST', path: '/v1/credit_grants/{id}/revoke', answer: 'json', keyed: true, repeatable: true, params: { id }, bodyKind: 'json', body }, options),
      consume: (body, options) => call({ method: 'POST', path: '/v1/credits/consume', answer: 'json', keyed: false, repeatable: true, bodyKind: 'json', body }, options),
      refund: (id, body, options) => call({ method: 'POST', path: '/v1/credit_consumptions/{id}/refund', answer: 'json', keyed: true, repeatable: true, params: { id }, bodyKind: 'json', body }, options),
      buy: (id, body, options) => call({ method: 'POST', path: '/v1/customers/{id}/credits/purchases', answer: 'json', keyed: true, repeatable: true, params: { id }, bodyKind: 'json', body }, options),
      setReload: (id, body, options) => call({ method: 'PUT', path: '/v1/customers/{id}/credits/reload', answer: 'json', keyed: false, repeatable: true, params: { id }, bodyKind: 'json', body }, options),
      setLowMark: (id, body, options) => call({ method: 'PUT', path: '/v1/customers/{id}/credits/low_mark', answer: 'json', keyed: false, repeatable: true, params: { id }, bodyKind: 'json', body }, options),
    },
    overrides: {
      list: (id, query, options) => call({ method: 'GET', path: '/v1/customers/{id}/entitlement_overrides', answer: 'list', keyed: false, repeatable: true, params: { id }, query }, options),
      set: (id, body, options) => call({ method: 'POST', path: '/v1/customers/{id}/entitlement_overrides', answer: 'json', keyed: true, repeatable: true, params: { id }, bodyKind: 'json', body }, options),
      remove: (id, body, options) => call({ method: 'POST', path: '/v1/entitlement_overrides/{id}/remove', answer: 'json', keyed: true, repeatable: true, params: { id }, bodyKind: 'json', body }, options),
    },
    rightGrants: {
      list: (id, query, options) => call({ method: 'GET', path: '/v1/customers/{id}/entitlement_grants', answer: 'list', keyed: false, repeatable: true, params: { id }, query }, options),
      create: (id, body, options) => call({ method: 'POST', path: '/v1/customers/{id}/entitlement_grants', answer: 'json', keyed: true, repeatable: true, params: { id }, bodyKind: 'json', body }, options),
      revoke: (id, body, options) => call({ method: 'POST', path: '/v1/entitlement_grants/{id}/revoke', answer: 'json', keyed: true, repeatable: true, params: { id }, bodyKind: 'json', body }, options),
    },
    invoices: {
      list: (query, options) => call({ method: 'GET', path: '/v1/invoices', answer: 'list', keyed: false, repeatable: true, query }, options),
      export: (query, options) => call({ method: 'GET', path: '/v1/invoices/export', answer: 'raw', keyed: false, repeatable: true, query }, options),
      get: (id, options) => call({ method: 'GET', path: '/v1/invoices/{id}', answer: 'json', keyed: false, repeatable: true, params: { id } }, options),
      pdf: (id, options) => call({ method: 'GET', path: '/v1/invoices/{id}/pdf', answer: 'raw', keyed: false, repeatable: true, params: { id } }, options),
      document: (id, options) => call({ method: 'GET', path: '/v1/invoices/{id}/document', answer: 'raw', keyed: false, repeatable: true, params: { id } }, options),
      diff: (id, query, options) => call({ method: 'GET', path: '/v1/invoices/{id}/diff', answer: 'json', keyed: false, repeatable: true, params: { id }, query }, options),
      compare: (id, query, options) => call({ method: 'GET', path: '/v1/invoices/{id}/comparison', answer: 'json', keyed: false, repeatable: true, params: { id }, query }, options),
      lineUsage: (id, options) => call({ method: 'GET', path: '/v1/invoice_lines/{id}/usage', answer: 'json', keyed: false, repeatable: true, params: { id } }, options),
      explainLine: (id, options) => call({ method: 'GET', path: '/v1/invoice_lines/{id}/explanation', answer: 'json', keyed: false, repeatable: true, params: { id } }, options),
      void: (id, body, options) => call({ method: 'POST', path: '/v1/invoices/{id}/void', answer: 'json', keyed: true, repeatable: true, params: { id }, bodyKind: 'json', body }, options),
      collect: (id, body, options) => call({ method: 'POST', path: '/v1/invoices/{id}/collect', answer: 'json', keyed: true, repeatable: true, params: { id }, bodyKind: 'json', body }, options),
      reissue: (id, body, options) => call({ method: 'POST', path: '/v1/invoices/{id}/reissue', answer: 'json', keyed: true, repeatable: true, params: { id }, bodyKind: 'json', body }, options),
      credit: (id, body, options) => call({ method: 'POST', path: '/v1/invoices/{id}/credit_notes', answer: 'json', keyed: true, repeatable: true, params: { id }, bodyKind: 'json', body }, options),
      debit: (id, body, options) => call({ method: 'POST', path: '/v1/invoices/{id}/debit_notes', answer: 'json', keyed: true, repeatable: true, params: { id }, bodyKind: 'json', body }, options),
      previewDebit: (id, body, options) => call({ method: 'POST', path: '/v1/invoices/{id}/debit_notes/preview', answer: 'json', keyed: false, repeatable: true, params: { id }, bodyKind: 'json', body }, options),
      eInvoice: (id, query, options) => call({ method: 'GET', path: '/v1/invoices/{id}/e_invoice', answer: 'raw', keyed: false, repeatable: true, params: { id }, query }, options),
      deliveries: (id, options) => call({ method: 'GET', path: '/v1/invoices/{id}/deliveries', answer: 'list', keyed: false, repeatable: true, params: { id } }, options),
      transferDetails: (id, options) => call({ method: 'GET', path: '/v1/invoices/{id}/transfer_details', answer: 'json', keyed: false, repeatable: true, params: { id } }, options),
      revenue: (id, options) => call({ method: 'GET', path: '/v1/invoices/{id}/revenue', answer: 'json', keyed: false, repeatable: true, params: { id } }, options),
    },
    creditNotes: {
      list: (query, options) => call({ method: 'GET', path: '/v1/credit_notes', answer: 'list', keyed: false, repeatable: true, query }, options),
      get: (id, options) => call({ method: 'GET', path: '/v1/credit_notes/{id}', answer: 'json', keyed: false, repeatable: true, params: { id } }, options),
      pdf: (id, options) => call({ method: 'GET', path: '/v1/credit_notes/{id}/pdf', answer: 'raw', keyed: false, repeatable: true, params: { id } }, options),
      eInvoice: (id, query, options) => call({ method: 'GET', path: '/v1/credit_notes/{id}/e_invoice', answer: 'raw', keyed: false, repeatable: true, params: { id }, query }, options),
      deliveries: (id, options) => call({ method: 'GET', path: '/v1/credit_notes/{id}/deliveries', answer: 'list', keyed: false, repeatable: true, params: { id } }, options),
    },
    deliveries: {
      resend: (id, body, options) => call({ method: 'POST', path: '/v1/deliveries/{id}/resend', answer: 'json', keyed: true, repeatable: true, params: { id }, bodyKind: 'json', body }, options),
    },
    documents: {
      create: (id, body, options) => call({ method: 'POST', path: '/v1/customers/{id}/documents', answer: 'json', keyed: true, repeatable: true, params: { id }, bodyKind: 'json', body }, options),
      preview: (id, query, options) => call({ method: 'GET', path: '/v1/customers/{id}/documents/preview', answer: 'raw', keyed: false, repeatable: true, params: { id }, query }, options),
      send: (id, options) => call({ method: 'POST', path: '/v1/documents/{id}/send', answer: 'json', keyed: true, repeatable: true, params: { id } }, options),
      list: (query, options) => call({ method: 'GET', path: '/v1/documents', answer: 'list', keyed: false, repeatable: true, query }, options),
      pdf: (id, options) => call({ method: 'GET', path: '/v1/documents/{id}/pdf', answer: 'raw', keyed: false, repeatable: true, params: { id } }, options),
    },
    paymentProvider: {
      get: (options) => call({ method: 'GET', path: '/v1/payment_provider', answer: 'json', keyed: false, repeatable: true }, options),
      subscribeEvents: (body, options) => call({ method: 'POST', path: '/v1/payment_provider/stripe/webhook_events', answer: 'json', keyed: true, repeatable: true, bodyKind: 'json', body }, options),
    },
    payPal: {
      get: (options) => call({ method: 'GET', path: '/v1/payment_provider/paypal', answer: 'json', keyed: false, repeatable: true }, options),
      put: (body, options) => call({ method: 'PUT', path: '/v1/payment_provider/paypal', answer: 'json', keyed: false, repeatable: true, bodyKind: 'json', body }, options),
    },
    payments: {
      list: (query, options) => call({ method: 'GET', path: '/v1/payments', answer: 'list', keyed: false, repeatable: true, query }, options),
      refund: (id, body, options) => call({ method: 'POST', path: '/v1/payments/{id}/refund', answer: 'json', keyed: true, repeatable: true, params: { id }, bodyKind: 'json', body }, options),
      receipt: (id, options) => call({ method: 'GET', path: '/v1/payments/{id}/receipt', answer: 'raw', keyed: false, repeatable: true, params: { id } }, options),
      reverse: (id, body, options) => call({ method: 'POST', path: '/v1/payments/{id}/reverse', answer: 'json', keyed: true, repeatable: true, params: { id }, bodyKind: 'json', body }, options),
      askRefund: (id, body, options) => call({ method: 'POST', path: '/v1/payments/{id}/refund_approval', answer: 'json', keyed: true, repeatable: true, params: { id }, bodyKind: 'json', body }, options),
    },
    paymentMethods: {
      list: (id, options) => call({ method: 'GET', path: '/v1/customers/{id}/payment_methods', answer: 'list', keyed: false, repeatable: true, params: { id } }, options),
      change: (id, body, options) => call({ method: 'PATCH', path: '/v1/payment_methods/{id}', answer: 'json', keyed: false, repeatable: true, params: { id }, bodyKind: 'json', body }, options),
      remove: (id, options) => call({ method: 'DELETE', path: '/v1/payment_methods/{id}', answer: 'none', keyed: false, repeatable: false, params: { id } }, options),
      attach: (id, body, options) => call({ method: 'POST', path: '/v1/customers/{id}/payment_methods', answer: 'json', keyed: true, repeatable: true, params: { id }, bodyKind: 'json', body }, options),
    },
    bankAccounts: {
      list: (options) => call({ method: 'GET', path: '/v1/bank_accounts', answer: 'list', keyed: false, repeatable: true }, options),
      create: (body, options) => call({ method: 'POST', path: '/v1/bank_accounts', answer: 'json', keyed: true, repeatable: true, bodyKind: 'json', body }, options),
      update: (id, body, options) => call({ method: 'PATCH', path: '/v1/bank_accounts/{id}', answer: 'json', keyed: false, repeatable: true, params: { id }, bodyKind: 'json', body }, options),
    },
    bankStatements: {
      upload: (body, options) => call({ method: 'POST', path: '/v1/bank_statements', answer: 'json', keyed: true, repeatable: true, bodyKind: 'multipart', body }, options),
      list: (query, options) => call({ method: 'GET', path: '/v1/bank_statements', answer: 'list', keyed: false, repeatable: true, query }, options),
    },
    bankLines: {
      list: (query, options) => call({ method: 'GET', path: '/v1/bank_lines', answer: 'list', keyed: false, repeatable: true, query }, options),
      get: (id, options) => call({ method: 'GET', path: '/v1/bank_lines/{id}', answer: 'json', keyed: false, repeatable: true, params: { id } }, options),
      previewMatch: (id, body, options) => call({ method: 'POST', path: '/v1/bank_lines/{id}/preview', answer: 'json', keyed: false, repeatable: true, params: { id }, bodyKind: 'json', body }, options),
      match: (id, body, options) => call({ method: 'POST', path: '/v1/bank_lines/{id}/match', answer: 'json', keyed: true, repeatable: true, params: { id }, bodyKind: 'json', body }, options),
      unmatch: (id, body, options) => call({ method: 'POST', path: '/v1/bank_lines/{id}/unmatch', answer: 'json', keyed: true, repeatable: true, params: { id }, bodyKind: 'json', body }, options),
      acceptReturn: (id, body, options) => call({ method: 'POST', path: '/v1/bank_lines/{id}/accept_return', answer: 'json', keyed: true, repeatable: true, params: { id }, bodyKind: 'json', body }, options),
      ignore: (id, body, options) => call({ method: 'POST', path: '/v1/bank_lines/{id}/ignore', answer: 'json', keyed: true, repeatable: true, params: { id }, bodyKind: 'json', body }, options),
    },
    receivedPayments: {
      record: (body, options) => call({ method: 'POST', path: '/v1/received_payments', answer: 'json', keyed: true, repeatable: true, bodyKind: 'json', body }, options),
    },
    outgoingTransfers: {
      list: (options) => call({ method: 'GET', path: '/v1/outgoing_transfers', answer: 'list', keyed: false, repeatable: true }, options),
      export: (query, options) => call({ method: 'GET', path: '/v1/outgoing_transfers/export', answer: 'raw', keyed: false, repeatable: true, query }, options),
      setAccount: (id, body, options) => call({ method: 'PUT', path: '/v1/outgoing_transfers/{id}/account', answer: 'json', keyed: false, repeatable: true, params: { id }, bodyKind: 'json', body }, options),
      settle: (id, body, options) => call({ method: 'POST', path: '/v1/outgoing_transfers/{id}/settle', answer: 'json', keyed: true, repeatable: true, params: { id }, bodyKind: 'json', body }, options),
    },
    stripeMirror: {
      get: (options) => call({ method: 'GET', path: '/v1/stripe_mirror', answer: 'json', keyed: false, repeatable: true }, options),
      syncCatalogue: (body, options) => call({ method: 'POST', path: '/v1/stripe_mirror/catalogue', answer: 'json', keyed: true, repeatable: true, bodyKind: 'json', body }, options),
      import: (body, options) => call({ method: 'POST', path: '/v1/stripe_mirror/import', answer: 'json', keyed: true, repeatable: true, bodyKind: 'json', body }, options),
    },
    stripeChanges: {
      preview: (id, body, options) => call({ method: 'POST', path: '/v1/subscriptions/{id}/stripe_changes/preview', answer: 'json', keyed: false, repeatable: true, params: { id }, bodyKind: 'json', body }, options),
      ask: (id, body, options) => call({ method: 'POST', path: '/v1/subscriptions/{id}/stripe_changes', answer: 'json', keyed: true, repeatable: true, params: { id }, bodyKind: 'json', body }, options),
      list: (id, options) => call({ method: 'GET', path: '/v1/subscriptions/{id}/stripe_changes', answer: 'list', keyed: false, repeatable: true, params: { id } }, options),
    },
    approvals: {
      list: (query, options) => call({ method: 'GET', path: '/v1/approvals', answer: 'list', keyed: false, repeatable: true, query }, options),
      approve: (id, options) => call({ method: 'POST', path: '/v1/approvals/{id}/approve', answer: 'json', keyed: true, repeatable: true, params: { id } }, options),
      decline: (id, body, options) => call({ method: 'POST', path: '/v1/approvals/{id}/decline', answer: 'json', keyed: true, repeatable: true, params: { id }, bodyKind: 'json', body }, options),
    },
    disputes: {
      list: (query, options) => call({ method: 'GET', path: '/v1/disputes', answer: 'list', keyed: false, repeatable: true, query }, options),
      get: (id, options) => call({ method: 'GET', path: '/v1/disputes/{id}', answer: 'json', keyed: false, repeatable: true, params: { id } }, options),
      answer: (id, body, options) => call({ method: 'POST', path: '/v1/disputes/{id}/answer', answer: 'json', keyed: true, repeatable: true, params: { id }, bodyKind: 'json', body }, options),
    },
    billRuns: {
      list: (query, options) => call({ method: 'GET', path: '/v1/bill_runs', answer: 'list', keyed: false, repeatable: true, query }, options),
    },
    paymentRequests: {
      list: (query, options) => call({ method: 'GET', path: '/v1/payment_requests', answer: 'list', keyed: false, repeatable: true, query }, options),
      create: (body, options) => call({ method: 'POST', path: '/v1/payment_requests', answer: 'json', keyed: true, repeatable: true, bodyKind: 'json', body }, options),
      link: (id, body, options) => call({ method: 'POST', path: '/v1/payment_requests/{id}/link', answer: 'json', keyed: true, repeatable: true, params: { id }, bodyKind: 'json', body }, options),
      charge: (id, options) => call({ method: 'POST', path: '/v1/payment_requests/{id}/charge', answer: 'json', keyed: true, repeatable: true, params: { id } }, options),
      cancel: (id, options) => call({ method: 'POST', path: '/v1/payment_requests/{id}/cancel', answer: 'json', keyed: true, repeatable: true, params: { id } }, options),
      applyDeposit: (id, body, options) => call({ method: 'POST', path: '/v1/payment_requests/{id}/apply', answer: 'json', keyed: true, repeatable: true, params: { id }, bodyKind: 'json', body }, options),
      refundDeposit: (id, body, options) => call({ method: 'POST', path: '/v1/payment_requests/{id}/refund', answer: 'json', keyed: true, repeatable: true, params: { id }, bodyKind: 'json', body }, options),
    },
    providerEvents: {
      list: (query, options) => call({ method: 'GET', path: '/v1/provider_events', answer: 'list', keyed: false, repeatable: true, query }, options),
      get: (id, options) => call({ method: 'GET', path: '/v1/provider_events/{id}', answer: 'json', keyed: false, repeatable: true, params: { id } }, options),
      replay: (id, body, options) => call({ method: 'POST', path: '/v1/provider_events/{id}/replay', answer: 'json', keyed: true, repeatable: true, params: { id }, bodyKind: 'json', body }, options),
      poll: (body, options) => call({ method: 'POST', path: '/v1/provider_events/poll', answer: 'json', keyed: true, repeatable: true, bodyKind: 'json', body }, options),
    },
    reconciliation: {
      get: (query, options) => call({ method: 'GET', path: '/v1/reconciliation', answer: 'json', keyed: false, repeatable: true, query }, options),
      run: (body, options) => call({ method: 'POST', path: '/v1/reconciliation/run', answer: 'json', keyed: true, repeatable: true, bodyKind: 'json', body }, options),
      transactions: (query, options) => call({ method: 'GET', path: '/v1/reconciliation/transactions', answer: 'list', keyed: false, repeatable: true, query }, options),
    },
    payouts: {
      list: (query, options) => call({ method: 'GET', path: '/v1/reconciliation/payouts', answer: 'list', keyed: false, repeatable: true, query }, options),
      get: (id, options) => call({ method: 'GET', path: '/v1/reconciliation/payouts/{id}', answer: 'json', keyed: false, repeatable: true, params: { id } }, options),
    },
    paymentBlocks: {
      list: (query, options) => call({ method: 'GET', path: '/v1/payment_blocks', answer: 'list', keyed: false, repeatable: true, query }, options),
      create: (body, options) => call({ method: 'POST', path: '/v1/payment_blocks', answer: 'json', keyed: true, repeatable: true, bodyKind: 'json', body }, options),
      remove: (id, options) => call({ method: 'DELETE', path: '/v1/payment_blocks/{id}', answer: 'none', keyed: false, repeatable: false, params: { id } }, options),
    },
    paymentTries: {
      list: (query, options) => call({ method: 'GET', path: '/v1/payment_tries', answer: 'list', keyed: false, repeatable: true, query }, options),
    },
    riskRules: {
      get: (options) => call({ method: 'GET', path: '/v1/risk_rules', answer: 'json', keyed: false, repeatable: true }, options),
      set: (body, options) => call({ method: 'PUT', path: '/v1/risk_rules', answer: 'json', keyed: false, repeatable: true, bodyKind: 'json', body }, options),
    },
    health: {
      report: (options) => call({ method: 'GET', path: '/v1/health_report', answer: 'json', keyed: false, repeatable: true }, options),
      secrets: (options) => call({ method: 'GET', path: '/v1/secret_ages', answer: 'list', keyed: false, repeatable: true }, options),
      setSecretExpiry: (body, options) => call({ method: 'PUT', path: '/v1/secret_expiry', answer: 'json', keyed: false, repeatable: true, bodyKind: 'json', body }, options),
      setRotation: (body, options) => call({ method: 'PUT', path: '/v1/rotation_policy', answer: 'json', keyed: false, repeatable: true, bodyKind: 'json', body }, options),
    },
    paymentAccounts: {
      list: (options) => call({ method: 'GET', path: '/v1/payment_accounts', answer: 'list', keyed: false, repeatable: true }, options),
      update: (provider, body, options) => call({ method: 'PATCH', path: '/v1/payment_accounts/{provider}', answer: 'json', keyed: false, repeatable: true, params: { provider }, bodyKind: 'json', body }, options),
      putStripe: (body, options) => call({ method: 'PUT', path: '/v1/payment_provider/stripe', answer: 'json', keyed: false, repeatable: true, bodyKind: 'json', body }, options),
    },
    dunning: {
      campaigns: (query, options) => call({ method: 'GET', path: '/v1/dunning/campaigns', answer: 'list', keyed: false, repeatable: true, query }, options),
      createCampaign: (body, options) => call({ method: 'POST', path: '/v1/dunning/campaigns', answer: 'json', keyed: true, repeatable: true, bodyKind: 'json', body }, options),
      campaign: (id, options) => call({ method: 'GET', path: '/v1/dunning/campaigns/{id}', answer: 'json', keyed: false, repeatable: true, params: { id } }, options),
      updateCampaign: (id, body, options) => call({ method: 'PATCH', path: '/v1/dunning/campaigns/{id}', answer: 'json', keyed: false, repeatable: true, params: { id }, bodyKind: 'json', body }, options),
      publishCampaign: (id, options) => call({ method: 'POST', path: '/v1/dunning/campaigns/{id}/publish', answer: 'json', keyed: true, repeatable: true, params: { id } }, options),
      preview: (body, options) => call({ method: 'POST', path: '/v1/dunning/preview', answer: 'json', keyed: false, repeatable: true, bodyKind: 'json', body }, options),
      backTest: (body, options) => call({ method: 'POST', path: '/v1/dunning/back_test', answer: 'json', keyed: false, repeatable: true, bodyKind: 'json', body }, options),
      runs: (query, options) => call({ method: 'GET', path: '/v1/dunning/runs', answer: 'list', keyed: false, repeatable: true, query }, options),
      pauseRun: (id, body, options) => call({ method: 'POST', path: '/v1/dunning/runs/{id}/pause', answer: 'json', keyed: true, repeatable: true, params: { id }, bodyKind: 'json', body }, options),
      resumeRun: (id, body, options) => call({ method: 'POST', path: '/v1/dunning/runs/{id}/resume', answer: 'json', keyed: true, repeatable: true, params: { id }, bodyKind: 'json', body }, options),
      skipStep: (id, body, options) => call({ method: 'POST', path: '/v1/dunning/runs/{id}/skip', answer: 'json', keyed: true, repeatable: true, params: { id }, bodyKind: 'json', body }, options),
      stopRun: (id, body, options) => call({ method: 'POST', path: '/v1/dunning/runs/{id}/stop', answer: 'json', keyed: true, repeatable: true, params: { id }, bodyKind: 'json', body }, options),
      funnel: (query, options) => call({ method: 'GET', path: '/v1/dunning/funnel', answer: 'json', keyed: false, repeatable: true, query }, options),
    },
    ledger: {
      trialBalance: (options) => call({ method: 'GET', path: '/v1/ledger/trial_balance', answer: 'json', keyed: false, repeatable: true }, options),
      list: (query, options) => call({ method: 'GET', path: '/v1/ledger/entries', answer: 'list', keyed: false, repeatable: true, query }, options),
      account: (query, options) => call({ method: 'GET', path: '/v1/ledger/account_entries', answer: 'list', keyed: false, repeatable: true, query }, options),
      months: (options) => call({ method: 'GET', path: '/v1/ledger/months', answer: 'json', keyed: false, repeatable: true }, options),
      closeMonth: (month, body, options) => call({ method: 'POST', path: '/v1/ledger/months/{month}/close', answer: 'json', keyed: true, repeatable: true, params: { month }, bodyKind: 'json', body }, options),
      waterfall: (query, options) => call({ method: 'GET', path: '/v1/ledger/waterfall', answer: 'json', keyed: false, repeatable: true, query }, options),
      tax: (query, options) => call({ method: 'GET', path: '/v1/ledger/tax', answer: 'json', keyed: false, repeatable: true, query }, options),
      taxAccounts: (query, options) => call({ method: 'GET', path: '/v1/ledger/tax_accounts', answer: 'json', keyed: false, repeatable: true, query }, options),
    },
    clock: {
      get: (options) => call({ method: 'GET', path: '/v1/clock', answer: 'json', keyed: false, repeatable: true }, options),
      stream: (options) => call({ method: 'GET', path: '/v1/clock/stream', answer: 'raw', keyed: false, repeatable: true }, options),
      advance: (body, options) => call({ method: 'POST', path: '/v1/clock/advance', answer: 'json', keyed: true, repeatable: true, bodyKind: 'json', body }, options),
      cancel: (body, options) => call({ method: 'POST', path: '/v1/clock/cancel', answer: 'json', keyed: true, repeatable: true, bodyKind: 'json', body }, options),
      release: (body, options) => call({ method: 'POST', path: '/v1/clock/release', answer: 'json', keyed: true, repeatable: true, bodyKind: 'json', body }, options),
    },
    facts: {
      export: (options) => call({ method: 'GET', path: '/v1/facts/export', answer: 'raw', keyed: false, repeatable: true }, options),
    },
    mailbox: {
      list: (query, options) => call({ method: 'GET', path: '/v1/mailbox', answer: 'list', keyed: false, repeatable: true, query }, options),
      get: (id, options) => call({ method: 'GET', path: '/v1/mailbox/{id}', answer: 'json', keyed: false, repeatable: true, params: { id } }, options),
      attachment: (id, index, options) => call({ method: 'GET', path: '/v1/mailbox/{id}/attachments/{index}', answer: 'raw', keyed: false, repeatable: true, params: { id, index } }, options),
    },
    files: {
      upload: (body, options) => call({ method: 'POST', path: '/v1/files', answer: 'json', keyed: true, repeatable: true, bodyKind: 'multipart', body }, options),
      get: (id, options) => call({ method: 'GET', path: '/v1/files/{id}', answer: 'json', keyed: false, repeatable: true, params: { id } }, options),
      link: (id, options) => call({ method: 'POST', path: '/v1/files/{id}/link', answer: 'json', keyed: false, repeatable: true, params: { id } }, options),
      download: (id, query, options) => call({ method: 'GET', path: '/v1/files/{id}/content', answer: 'raw', keyed: false, repeatable: true, params: { id }, query }, options),
      delete: (id, options) => call({ method: 'DELETE', path: '/v1/files/{id}', answer: 'none', keyed: false, repeatable: false, params: { id } }, options),
    },
    analytics: {
      revenue: (query, options) => call({ method: 'GET', path: '/v1/analytics/revenue', answer: 'json', keyed: false, repeatable: true, query }, options),
    },
    feed: {
      list: (query, options) => call({ method: 'GET', path: '/v1/event_feed', answer: 'list', keyed: false, repeatable: true, query }, options),
    },
    cases: {
      list: (query, options) => call({ method: 'GET', path: '/v1/cases', answer: 'list', keyed: false, repeatable: true, query }, options),
      close: (id, body, options) => call({ method: 'POST', path: '/v1/cases/{id}/close', answer: 'json', keyed: true, repeatable: true, params: { id }, bodyKind: 'json', body }, options),
    },
    demo: {
      status: (options) => call({ method: 'GET', path: '/v1/demo', answer: 'json', keyed: false, repeatable: true }, options),
    },
    exports: {
      create: (body, options) => call({ method: 'POST', path: '/v1/exports', answer: 'json', keyed: true, repeatable: true, bodyKind: 'json', body }, options),
      list: (query, options) => call({ method: 'GET', path: '/v1/exports', answer: 'list', keyed: false, repeatable: true, query }, options),
      get: (id, options) => call({ method: 'GET', path: '/v1/exports/{id}', answer: 'json', keyed: false, repeatable: true, params: { id } }, options),
      cancel: (id, body, options) => call({ method: 'POST', path: '/v1/exports/{id}/cancel', answer: 'json', keyed: true, repeatable: true, params: { id }, bodyKind: 'json', body }, options),
      link: (id, body, options) => call({ method: 'POST', path: '/v1/exports/{id}/link', answer: 'json', keyed: false, repeatable: false, params: { id }, bodyKind: 'json', body }, options),
      content: (id, query, options) => call({ method: 'GET', path: '/v1/exports/{id}/content', answer: 'raw', keyed: false, repeatable: true, params: { id }, query }, options),
    },
    erasures: {
      preview: (id, options) => call({ method: 'GET', path: '/v1/customers/{id}/erasure', answer: 'json', keyed: false, repeatable: true, params: { id } }, options),
      request: (id, body, options) => call({ method: 'POST', path: '/v1/customers/{id}/erasure', answer: 'json', keyed: true, repeatable: true, params: { id }, bodyKind: 'json', body }, options),
      list: (query, options) => call({ method: 'GET', path: '/v1/erasures', answer: 'list', keyed: false, repeatable: true, query }, options),
      get: (id, options) => call({ method: 'GET', path: '/v1/erasures/{id}', answer: 'json', keyed: false, repeatable: true, params: { id } }, options),
      approve: (id, body, options) => call({ method: 'POST', path: '/v1/erasures/{id}/approve', answer: 'json', keyed: true, repeatable: true, params: { id }, bodyKind: 'json', body }, options),
      cancel: (id, body, options) => call({ method: 'POST', path: '/v1/erasures/{id}/cancel', answer: 'json', keyed: true, repeatable: true, params: { id }, bodyKind: 'json', body }, options),
    },
    legalHolds: {
      place: (id, body, options) => call({ method: 'POST', path: '/v1/customers/{id}/legal_hold', answer: 'json', keyed: true, repeatable: true, params: { id }, bodyKind: 'json', body }, options),
      release: (id, body, options) => call({ method: 'POST', path: '/v1/customers/{id}/legal_hold/release', answer: 'json', keyed: true, repeatable: true, params: { id }, bodyKind: 'json', body }, options),
    },
    privacySettings: {
      get: (options) => call({ method: 'GET', path: '/v1/privacy_settings', answer: 'json', keyed: false, repeatable: true }, options),
      put: (body, options) => call({ method: 'PUT', path: '/v1/privacy_settings', answer: 'json', keyed: false, repeatable: true, bodyKind: 'json', body }, options),
    },
    imports: {
      upload: (body, options) => call({ method: 'POST', path: '/v1/imports', answer: 'json', keyed: true, repeatable: true, bodyKind: 'multipart', body }, options),
      list: (query, options) => call({ method: 'GET', path: '/v1/imports', answer: 'list', keyed: false, repeatable: true, query }, options),
      get: (id, options) => call({ method: 'GET', path: '/v1/imports/{id}', answer: 'json', keyed: false, repeatable: true, params: { id } }, options),
      lines: (id, query, options) => call({ method: 'GET', path: '/v1/imports/{id}/lines', answer: 'list', keyed: false, repeatable: true, params: { id }, query }, options),
      run: (id, body, options) => call({ method: 'POST', path: '/v1/imports/{id}/run', answer: 'json', keyed: true, repeatable: true, params: { id }, bodyKind: 'json', body }, options),
      cancel: (id, body, options) => call({ method: 'POST', path: '/v1/imports/{id}/cancel', answer: 'json', keyed: true, repeatable: true, params: { id }, bodyKind: 'json', body }, options),
    },
    accountingSettings: {
      get: (options) => call({ method: 'GET', path: '/v1/accounting_settings', answer: 'json', keyed: false, repeatable: true }, options),
      put: (body, options) => call({ method: 'PUT', path: '/v1/accounting_settings', answer: 'json', keyed: false, repeatable: true, bodyKind: 'json', body }, options),
    },
  };
}
