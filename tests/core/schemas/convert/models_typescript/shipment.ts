export namespace Shipping {
  export type Carrier = "dhl" | "ups" | "fedex" | "post";
  export interface Address { street: string; city: string; postcode: string; country: string }
  export interface Parcel { weight: number; size: [length: number, width: number, height: number]; fragile?: boolean }
  export interface Shipment {
    carrier: Carrier;
    from: Address;
    to: Address & { floor?: string };
    parcels: Parcel[];
    events: Tracking.Event[];
  }
  export namespace Tracking {
    export interface Event { at: string; where: Address | null; status: "created" | "moving" | "delivered" | "lost" }
  }
}
export interface Order { id: string; shipment: Shipping.Shipment; carrier?: Shipping.Carrier }
