interface Model { id: number; name: string; born: Date; active?: boolean }
type Nullable<T> = { [K in keyof T]: T[K] | null };
type Getters = { readonly [K in "name" | "born"]: { from: Model[K]; changed: boolean } };
type Strict = { [K in keyof Model]-?: Model[K] };
export interface Changes { before: Nullable<Model>; after: Strict; touched: Getters; only: Pick<Partial<Model>, "name" | "active"> }
