type Money = { /** In the smallest unit. @asType integer */ amount: number; currency: string };

interface Card { type: "card"; brand: "visa" | "mastercard" | "amex"; last4: string; expMonth: number; expYear: number }
interface Transfer { type: "sepa_debit"; iban: string; bic?: string }
interface Wallet { type: "wallet"; provider: "apple" | "google" }

export type PaymentMethod = Card | Transfer | Wallet;

export interface PaymentIntent {
  id: string;
  money: Money;
  method: PaymentMethod;
  status: "requires_action" | "processing" | "succeeded" | "canceled";
  nextAction?: { redirectUrl: string } | null;
  metadata: Record<string, string>;
  capturedAt: number | null;
  refunds: Refund[];
}
interface Refund extends Pick<PaymentIntent, "id" | "money"> { reason?: "duplicate" | "fraudulent" | "requested" }
