/** What was read from a scanned invoice. */
export interface Invoice {
  /** As printed, with its prefix. */
  number: string;
  /** @format date */
  issued: string;
  /** @format date */
  due: string | null;
  seller: Party;
  buyer: Party;
  lines: LineItem[];
  currency: Currency;
  /** Before tax. @minimum 0 */
  net: number;
  tax: Array<{ rate: number; amount: number }>;
  /**
   * With tax.
   * @minimum 0
   */
  total: number;
  paid: boolean;
}

interface Party {
  name: string;
  vatId?: string | null;
  address: string[];
}

export type LineItem = {
  description: string;
  /** @asType integer @minimum 1 */
  quantity: number;
  unitPrice: number;
  sku: string | null;
};

type Currency = "EUR" | "USD" | "GBP" | "CHF";
