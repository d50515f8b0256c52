export interface Quote {
  symbol: Uppercase<string>;
  bid: number;
  ask: number;
  at: Date;
  /** Open, high, low, close. */
  candles: [o: number, h: number, l: number, c: number][];
  book: { bids: Level[]; asks: Level[] };
  volume: bigint;
}
type Level = readonly [price: number, size: number, ...orders: string[]];
