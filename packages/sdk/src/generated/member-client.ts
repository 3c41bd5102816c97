// Generated from the contract by scripts/gen/sdk.ts. Do not edit: run `npm run gen`.

import type { Call, FileToUpload, List, RequestOptions } from '../call.ts';
import type { AcceptMemberInvitation, AskStripe, AskedPayment, BuyCredits, CancelMySubscription, CertificateFile, ChangeMyAddOn, ChangeMyPlan, Checkout, CreditEntry, CreditPurchase, CreditStanding, CustomerDocument, Dashboard, EInvoiceProfile, EndDiscount, EndMyAddOn, GiveTaxCertificate, InviteMember, Invoice, InvoiceComparison, InvoiceDiff, InvoiceStatus, InvoiceSummary, LineUsage, Member, MemberInvitation, MemberUsage, MyCustomer, MyDunningRun, MySubscriptionAction, MyTax, OpenStripePage, PauseMySubscription, PayInvoice, PaymentLink, PaymentMethod, PaymentOption, PaymentRequest, PlanSuggestions, PortalSession, PublicCatalogue, PublicPriceAnswer, PublicPricePreview, SetCreditLowMark, SetCreditReload, StartCheckout, StripeChange, StripePage, StripePreview, Subscription, SubscriptionPreview, TakeAddOn, TaxCertificate, TransferDetails, UndoMyStep } from './types.ts';

export interface MemberMethods {
  readonly session: {
    /** Says who is signed in, and to whose portal. */
    get(options?: RequestOptions): Promise<PortalSession>;
  };
  readonly plans: {
    /** Lists the plans on sale, in a currency where they are sold in it. */
    list(query?: {
      currency?: string | undefined;
    }, options?: RequestOptions): Promise<PublicCatalogue>;
    /** Computes what a period of a plan would cost. */
    preview(body: PublicPricePreview, options?: RequestOptions): Promise<PublicPriceAnswer>;
    /** Prices what was really used on every plan on sale, the cheapest that holds it first. */
    suggest(query?: {
      subscription?: string | undefined;
    }, options?: RequestOptions): Promise<PlanSuggestions>;
  };
  readonly customers: {
    /** Lists the customers that the user belongs to. */
    list(options?: RequestOptions): List<MyCustomer>;
    /** Creates a customer that the user owns. */
    create(body: {
      name: string;
      country?: string | undefined;
      timeZone?: string | undefined;
      currency?: string | undefined;
    }, options?: RequestOptions): Promise<MyCustomer>;
    /** Chooses the currency that the customer buys in, as long as nothing was bought. */
    changeCurrency(body: {
      currency: string;
    }, options?: RequestOptions): Promise<MyCustomer>;
  };
  readonly dashboard: {
    /** Gets plans, next charge, usage and open invoices. */
    get(options?: RequestOptions): Promise<Dashboard>;
  };
  readonly usage: {
    /** Lists usage of the running periods by day. */
    list(options?: RequestOptions): List<MemberUsage>;
  };
  readonly subscription: {
    /** Gets a subscription; the latest that runs where none is named. */
    get(query?: {
      subscription?: string | undefined;
    }, options?: RequestOptions): Promise<Subscription>;
    /** Computes what a change would cost. */
    previewChange(body?: {
      plan?: string | undefined;
      quantity?: number | undefined;
      when?: 'now' | 'period_end' | undefined;
    }, query?: {
      subscription?: string | undefined;
    }, options?: RequestOptions): Promise<SubscriptionPreview>;
    /** Changes plan or quantity. */
    change(body?: ChangeMyPlan, query?: {
      subscription?: string | undefined;
    }, options?: RequestOptions): Promise<Subscription>;
    /** Cancels, at the end of the period unless said otherwise. */
    cancel(body?: CancelMySubscription, query?: {
      subscription?: string | undefined;
    }, options?: RequestOptions): Promise<Subscription>;
    /** Undoes one step of what is scheduled; without an id the end, or else the next step. */
    undo(body?: UndoMyStep, query?: {
      subscription?: string | undefined;
    }, options?: RequestOptions): Promise<Subscription>;
    /** Computes what an action would do and cost. */
    preview(body?: MySubscriptionAction, query?: {
      subscription?: string | undefined;
    }, options?: RequestOptions): Promise<SubscriptionPreview>;
    /** Pauses from now on, where the seller allows it. What is paid for runs on. */
    pause(body?: PauseMySubscription, query?: {
      subscription?: string | undefined;
    }, options?: RequestOptions): Promise<Subscription>;
    /** Resumes a paused subscription. */
    resume(body?: EndDiscount, query?: {
      subscription?: string | undefined;
    }, options?: RequestOptions): Promise<Subscription>;
    /** Takes an add-on beside the plan. */
    takeAddOn(body: TakeAddOn, query?: {
      subscription?: string | undefined;
    }, options?: RequestOptions): Promise<Subscription>;
    /** Changes how often an add-on is taken. */
    changeAddOn(addOn: string, body: ChangeMyAddOn, query?: {
      subscription?: string | undefined;
    }, options?: RequestOptions): Promise<Subscription>;
    /** Takes an add-on away, at the end of the period unless said otherwise. */
    endAddOn(addOn: string, body?: EndMyAddOn, query?: {
      subscription?: string | undefined;
    }, options?: RequestOptions): Promise<Subscription>;
  };
  readonly invoices: {
    /** Lists invoices, newest first. */
    list(query?: {
      limit?: number | undefined;
      startingAfter?: string | undefined;
      status?: InvoiceStatus | undefined;
    }, options?: RequestOptions): List<InvoiceSummary>;
    /** Gets an invoice with its lines, each explained. */
    get(id: string, options?: RequestOptions): Promise<Invoice>;
    /** Gets the invoice as PDF. */
    pdf(id: string, options?: RequestOptions): Promise<Response>;
    /** Gets the frozen document, byte by byte as it was hashed at issue. */
    document(id: string, options?: RequestOptions): Promise<Response>;
    /** Says why the total differs from that of the invoice before. */
    diff(id: string, options?: RequestOptions): Promise<InvoiceDiff>;
    /** Puts two invoices side by side, line by line, and says why each differs. */
    compare(id: string, query: {
      against: string;
    }, options?: RequestOptions): Promise<InvoiceComparison>;
    /** Says how much was used on each day that a line is for. */
    lineUsage(id: string, options?: RequestOptions): Promise<LineUsage>;
    /** Starts paying an open invoice. */
    pay(id: string, body: PayInvoice, options?: RequestOptions): Promise<Checkout>;
    /** Gets an invoice as e-invoice by EN 16931. */
    eInvoice(id: string, query?: {
      format?: EInvoiceProfile | undefined;
    }, options?: RequestOptions): Promise<Response>;
    /** Says how an open invoice is paid by transfer. */
    transferDetails(id: string, options?: RequestOptions): Promise<TransferDetails>;
  };
  readonly creditNotes: {
    /** Gets a credit note as PDF. */
    pdf(id: string, options?: RequestOptions): Promise<Response>;
    /** Gets a credit note as e-invoice by EN 16931. */
    eInvoice(id: string, query?: {
      format?: EInvoiceProfile | undefined;
    }, options?: RequestOptions): Promise<Response>;
  };
  readonly checkouts: {
    /** Starts buying a plan. */
    start(body: StartCheckout, options?: RequestOptions): Promise<Checkout>;
    /** Says how far a checkout has come. */
    get(id: string, options?: RequestOptions): Promise<Checkout>;
  };
  readonly paymentOptions: {
    /** Lists the ways to pay that the seller offers, the first choice first. */
    list(options?: RequestOptions): List<PaymentOption>;
  };
  readonly paymentMethods: {
    /** Starts adding a card. */
    add(body: PayInvoice, options?: RequestOptions): Promise<Checkout>;
    /** Lists payment methods. */
    list(options?: RequestOptions): List<PaymentMethod>;
    /** Makes a method the one that is charged. */
    makeDefault(id: string, body?: Record<string, never>, options?: RequestOptions): Promise<PaymentMethod>;
    /** Removes a payment method. */
    remove(id: string, options?: RequestOptions): Promise<undefined>;
    /** Has a payment method tried when the default fails, or not any more. */
    setBackup(id: string, body: {
      isBackup: boolean;
    }, options?: RequestOptions): Promise<PaymentMethod>;
  };
  readonly stripeChanges: {
    /** Asks Stripe what a change of the subscription would cost. */
    preview(body?: AskStripe, query?: {
      subscription?: string | undefined;
    }, options?: RequestOptions): Promise<StripePreview>;
    /** Asks Stripe to change the subscription; its word confirms it. */
    ask(body?: AskStripe, query?: {
      subscription?: string | undefined;
    }, options?: RequestOptions): Promise<StripeChange>;
    /** Lists what was asked of Stripe, newest first. */
    list(query?: {
      subscription?: string | undefined;
    }, options?: RequestOptions): List<StripeChange>;
  };
  readonly stripePortal: {
    /** Makes a link to the page of Stripe for the card and the invoices. */
    open(body: OpenStripePage, options?: RequestOptions): Promise<StripePage>;
  };
  readonly paymentRequests: {
    /** Lists amounts that the seller asked for beside invoices. */
    list(query?: {
      limit?: number | undefined;
      startingAfter?: string | undefined;
    }, options?: RequestOptions): List<PaymentRequest>;
    /** Opens a page on which the request is paid. */
    pay(id: string, body: {
      successUrl: string;
      cancelUrl: string;
    }, options?: RequestOptions): Promise<PaymentLink>;
  };
  readonly payments: {
    /** Gets the receipt of a payment as PDF. */
    receipt(id: string, options?: RequestOptions): Promise<Response>;
  };
  readonly askedPayments: {
    /** Shows what is asked for at the address that a mail or the seller gave. */
    get(token: string, options?: RequestOptions): Promise<AskedPayment>;
    /** Opens a page on which it is paid, for whoever has the address. */
    pay(token: string, options?: RequestOptions): Promise<PaymentLink>;
  };
  readonly credits: {
    /** Gets the credits of the customer, grant by grant, and what can be bought. */
    get(options?: RequestOptions): Promise<CreditStanding>;
    /** Lists what happened to the credits, newest first. */
    history(query?: {
      limit?: number | undefined;
      startingAfter?: string | undefined;
    }, options?: RequestOptions): List<CreditEntry>;
    /** Buys a pack. The credits are granted when its invoice is paid. */
    buy(body: BuyCredits, options?: RequestOptions): Promise<CreditPurchase>;
    /** Says when credits are bought by themselves, and how much a month at most. */
    setReload(body: SetCreditReload, options?: RequestOptions): Promise<CreditStanding>;
    /** Says below how many credits you are told that they run low. */
    setLowMark(body: SetCreditLowMark, options?: RequestOptions): Promise<CreditStanding>;
  };
  readonly dunning: {
    /** Lists unpaid invoices with what happens next and when. */
    list(query?: {
      limit?: number | undefined;
      startingAfter?: string | undefined;
    }, options?: RequestOptions): List<MyDunningRun>;
  };
  readonly tax: {
    /** Gets the tax number of the customer and what it counts for. */
    get(options?: RequestOptions): Promise<MyTax>;
    /** Sets the tax number of the customer, or takes it away. A VAT number with a slip of the pen is refused. */
    changeId(body: {
      taxId: string | null;
    }, options?: RequestOptions): Promise<MyTax>;
    /** Lists the certificates of the customer, newest first. */
    certificates(options?: RequestOptions): List<TaxCertificate>;
    /** Stores the paper of a certificate that is given next. */
    uploadCertificate(body: FileToUpload, options?: RequestOptions): Promise<CertificateFile>;
    /** Gives a certificate to the seller, who checks it. It counts once it was accepted. */
    giveCertificate(body: GiveTaxCertificate, options?: RequestOptions): Promise<TaxCertificate>;
  };
  readonly documents: {
    /** Lists own documents that are no invoices, newest first. */
    list(query?: {
      limit?: number | undefined;
      startingAfter?: string | undefined;
    }, options?: RequestOptions): List<CustomerDocument>;
    /** Gets the document as PDF. */
    pdf(id: string, options?: RequestOptions): Promise<Response>;
  };
  readonly members: {
    /** Lists the people of the customer. */
    list(options?: RequestOptions): List<Member>;
    /** Invites a person by mail. */
    invite(body: InviteMember, options?: RequestOptions): Promise<MemberInvitation>;
    /** Joins the customer that the invitation names. */
    accept(body: AcceptMemberInvitation, options?: RequestOptions): Promise<MyCustomer>;
  };
}

/** Every operation as a method that hands a plain request to `call`. */
export function memberMethods(call: Call): MemberMethods {
  return {
    session: {
      get: (options) => call({ method: 'GET', path: '/v1/session', answer: 'json', keyed: false, repeatable: true }, options),
    },
    plans: {
      list: (query, options) => call({ method: 'GET', path: '/v1/plans', answer: 'json', keyed: false, repeatable: true, query }, options),
      preview: (body, options) => call({ method: 'POST', path: '/v1/plans/preview', answer: 'json', keyed: false, repeatable: true, bodyKind: 'json', body }, options),
      suggest: (query, options) => call({ method: 'GET', path: '/v1/plan_suggestions', answer: 'json', keyed: false, repeatable: true, query }, options),
    },
    customers: {
      list: (options) => call({ method: 'GET', path: '/v1/customers', answer: 'list', keyed: false, repeatable: true }, options),
      create: (body, options) => call({ method: 'POST', path: '/v1/customers', answer: 'json', keyed: true, repeatable: true, bodyKind: 'json', body }, options),
      changeCurrency: (body, options) => call({ method: 'POST', path: '/v1/currency', answer: 'json', keyed: true, repeatable: true, bodyKind: 'json', body }, options),
    },
    dashboard: {
      get: (options) => call({ method: 'GET', path: '/v1/dashboard', answer: 'json', keyed: false, repeatable: true }, options),
    },
    usage: {
      list: (options) => call({ method: 'GET', path: '/v1/usage', answer: 'list', keyed: false, repeatable: true }, options),
    },
    subscription: {
      get: (query, options) => call({ method: 'GET', path: '/v1/subscription', answer: 'json', keyed: false, repeatable: true, query }, options),
      previewChange: (body, query, options) => call({ method: 'POST', path: '/v1/subscription/change/preview', answer: 'json', keyed: false, repeatable: true, bodyKind: 'json', body, query }, options),
      change: (body, query, options) => call({ method: 'POST', path: '/v1/subscription/change', answer: 'json', keyed: true, repeatable: true, bodyKind: 'json', body, query }, options),
      cancel: (body, query, options) => call({ method: 'POST', path: '/v1/subscription/cancel', answer: 'json', keyed: true, repeatable: true, bodyKind: 'json', body, query }, options),
      undo: (body, query, options) => call({ method: 'POST', path: '/v1/subscription/undo', answer: 'json', keyed: true, repeatable: true, bodyKind: 'json', body, query }, options),
      preview: (body, query, options) => call({ method: 'POST', path: '/v1/subscription/preview', answer: 'json', keyed: false, repeatable: true, bodyKind: 'json', body, query }, options),
      pause: (body, query, options) => call({ method: 'POST', path: '/v1/subscription/pause', answer: 'json', keyed: true, repeatable: true, bodyKind: 'json', body, query }, options),
      resume: (body, query, options) => call({ method: 'POST', path: '/v1/subscription/resume', answer: 'json', keyed: true, repeatable: true, bodyKind: 'json', body, query }, options),
      takeAddOn: (body, query, options) => call({ method: 'POST', path: '/v1/subscription/add_ons', answer: 'json', keyed: true, repeatable: true, bodyKind: 'json', body, query }, options),
      changeAddOn: (addOn, body, query, options) => call({ method: 'POST', path: '/v1/subscription/add_ons/{add_on}/quantity', answer: 'json', keyed: true, repeatable: true, params: { add_on: addOn }, bodyKind: 'json', body, query }, options),
      endAddOn: (addOn, body, query, options) => call({ method: 'POST', path: '/v1/subscription/add_ons/{add_on}/end', answer: 'json', keyed: true, repeatable: true, params: { add_on: addOn }, bodyKind: 'json', body, query }, options),
    },
    invoices: {
      list: (query, options) => call({ method: 'GET', path: '/v1/invoices', answer: 'list', keyed: false, repeatable: true, query }, options),
      get: (id, options) => call({ method: 'GET', path: '/v1/invoices/{id}', answer: 'json', keyed: false, repeatable: true, params: { id } }, options),
      pdf: (id, options) => call({ method: 'GET', path: '/v1/invoices/{id}/pdf', answer: 'raw', keyed: false, repeatable: true, params: { id } }, options),
      document: (id, options) => call({ method: 'GET', path: '/v1/invoices/{id}/document', answer: 'raw', keyed: false, repeatable: true, params: { id } }, options),
      diff: (id, options) => call({ method: 'GET', path: '/v1/invoices/{id}/diff', answer: 'json', keyed: false, repeatable: true, params: { id } }, options),
      compare: (id, query, options) => call({ method: 'GET', path: '/v1/invoices/{id}/comparison', answer: 'json', keyed: false, repeatable: true, params: { id }, query }, options),
      lineUsage: (id, options) => call({ method: 'GET', path: '/v1/invoice_lines/{id}/usage', answer: 'json', keyed: false, repeatable: true, params: { id } }, options),
      pay: (id, body, options) => call({ method: 'POST', path: '/v1/invoices/{id}/pay', answer: 'json', keyed: true, repeatable: true, params: { id }, bodyKind: 'json', body }, options),
      eInvoice: (id, query, options) => call({ method: 'GET', path: '/v1/invoices/{id}/e_invoice', answer: 'raw', keyed: false, repeatable: true, params: { id }, query }, options),
      transferDetails: (id, options) => call({ method: 'GET', path: '/v1/invoices/{id}/transfer_details', answer: 'json', keyed: false, repeatable: true, params: { id } }, options),
    },
    creditNotes: {
      pdf: (id, options) => call({ method: 'GET', path: '/v1/credit_notes/{id}/pdf', answer: 'raw', keyed: false, repeatable: true, params: { id } }, options),
      eInvoice: (id, query, options) => call({ method: 'GET', path: '/v1/credit_notes/{id}/e_invoice', answer: 'raw', keyed: false, repeatable: true, params: { id }, query }, options),
    },
    checkouts: {
      start: (body, options) => call({ method: 'POST', path: '/v1/checkouts', answer: 'json', keyed: true, repeatable: true, bodyKind: 'json', body }, options),
      get: (id, options) => call({ method: 'GET', path: '/v1/checkouts/{id}', answer: 'json', keyed: false, repeatable: true, params: { id } }, options),
    },
    paymentOptions: {
      list: (options) => call({ method: 'GET', path: '/v1/payment_options', answer: 'list', keyed: false, repeatable: true }, options),
    },
    paymentMethods: {
      add: (body, options) => call({ method: 'POST', path: '/v1/payment_methods/checkout', answer: 'json', keyed: true, repeatable: true, bodyKind: 'json', body }, options),
      list: (options) => call({ method: 'GET', path: '/v1/payment_methods', answer: 'list', keyed: false, repeatable: true }, options),
      makeDefault: (id, body, options) => call({ method: 'POST', path: '/v1/payment_methods/{id}/default', answer: 'json', keyed: true, repeatable: true, params: { id }, bodyKind: 'json', body }, options),
      remove: (id, options) => call({ method: 'DELETE', path: '/v1/payment_methods/{id}', answer: 'none', keyed: false, repeatable: false, params: { id } }, options),
      setBackup: (id, body, options) => call({ method: 'PUT', path: '/v1/payment_methods/{id}/backup', answer: 'json', keyed: false, repeatable: true, params: { id }, bodyKind: 'json', body }, options),
    },
    stripeChanges: {
      preview: (body, query, options) => call({ method: 'POST', path: '/v1/stripe_changes/preview', answer: 'json', keyed: false, repeatable: true, bodyKind: 'json', body, query }, options),
      ask: (body, query, options) => call({ method: 'POST', path: '/v1/stripe_changes', answer: 'json', keyed: true, repeatable: true, bodyKind: 'json', body, query }, options),
      list: (query, options) => call({ method: 'GET', path: '/v1/stripe_changes', answer: 'list', keyed: false, repeatable: true, query }, options),
    },
    stripePortal: {
      open: (body, options) => call({ method: 'POST', path: '/v1/stripe_portal', answer: 'json', keyed: true, repeatable: true, bodyKind: 'json', body }, options),
    },
    paymentRequests: {
      list: (query, options) => call({ method: 'GET', path: '/v1/payment_requests', answer: 'list', keyed: false, repeatable: true, query }, options),
      pay: (id, body, options) => call({ method: 'POST', path: '/v1/payment_requests/{id}/pay', answer: 'json', keyed: true, repeatable: true, params: { id }, bodyKind: 'json', body }, options),
    },
    payments: {
      receipt: (id, options) => call({ method: 'GET', path: '/v1/payments/{id}/receipt', answer: 'raw', keyed: false, repeatable: true, params: { id } }, options),
    },
    askedPayments: {
      get: (token, options) => call({ method: 'GET', path: '/v1/asked_payments/{token}', answer: 'json', keyed: false, repeatable: true, params: { token } }, options),
      pay: (token, options) => call({ method: 'POST', path: '/v1/asked_payments/{token}/pay', answer: 'json', keyed: true, repeatable: true, params: { token } }, options),
    },
    credits: {
      get: (options) => call({ method: 'GET', path: '/v1/credits', answer: 'json', keyed: false, repeatable: true }, options),
      history: (query, options) => call({ method: 'GET', path: '/v1/credits/entries', answer: 'list', keyed: false, repeatable: true, query }, options),
      buy: (body, options) => call({ method: 'POST', path: '/v1/credits/purchases', answer: 'json', keyed: true, repeatable: true, bodyKind: 'json', body }, options),
      setReload: (body, options) => call({ method: 'PUT', path: '/v1/credits/reload', answer: 'json', keyed: false, repeatable: true, bodyKind: 'json', body }, options),
      setLowMark: (body, options) => call({ method: 'PUT', path: '/v1/credits/low_mark', answer: 'json', keyed: false, repeatable: true, bodyKind: 'json', body }, options),
    },
    dunning: {
      list: (query, options) => call({ method: 'GET', path: '/v1/dunning', answer: 'list', keyed: false, repeatable: true, query }, options),
    },
    tax: {
      get: (options) => call({ method: 'GET', path: '/v1/tax', answer: 'json', keyed: false, repeatable: true }, options),
      changeId: (body, options) => call({ method: 'PUT', path: '/v1/tax_id', answer: 'json', keyed: false, repeatable: true, bodyKind: 'json', body }, options),
      certificates: (options) => call({ method: 'GET', path: '/v1/tax/certificates', answer: 'list', keyed: false, repeatable: true }, options),
      uploadCertificate: (body, options) => call({ method: 'POST', path: '/v1/tax/certificate_files', answer: 'json', keyed: true, repeatable: true, bodyKind: 'multipart', body }, options),
      giveCertificate: (body, options) => call({ method: 'POST', path: '/v1/tax/certificates', answer: 'json', keyed: true, repeatable: true, bodyKind: 'json', body }, options),
    },
    documents: {
      list: (query, options) => call({ method: 'GET', path: '/v1/documents', answer: 'list', keyed: false, repeatable: true, query }, options),
      pdf: (id, options) => call({ method: 'GET', path: '/v1/documents/{id}/pdf', answer: 'raw', keyed: false, repeatable: true, params: { id } }, options),
    },
    members: {
      list: (options) => call({ method: 'GET', path: '/v1/members', answer: 'list', keyed: false, repeatable: true }, options),
      invite: (body, options) => call({ method: 'POST', path: '/v1/members/invitations', answer: 'json', keyed: true, repeatable: true, bodyKind: 'json', body }, options),
      accept: (body, options) => call({ method: 'POST', path: '/v1/members/invitations/accept', answer: 'json', keyed: false, repeatable: false, bodyKind: 'json', body }, options),
    },
  };
}
