interface Entity { readonly id: string; readonly createdAt: string; updatedAt?: string }
interface Priced { price: number; currency: string; discount?: { percent: number; until: string | null } }
interface Named { name: string; description: string | null }

export type Product = Entity & Named & Priced & {
  variants: Variant[];
  category: Category;
  attributes: Record<string, string | number | boolean>;
  images: readonly string[];
  rating?: { average: number; count: number };
};
type Variant = Omit<Entity, "updatedAt"> & Partial<Priced> & { sku: string; stock: number; options: Array<[name: string, value: string]> };
interface Category extends Named { id: string; parent: Category | null }
