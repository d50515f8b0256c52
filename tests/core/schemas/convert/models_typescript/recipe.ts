type Unit = "g" | "kg" | "ml" | "l" | "tsp" | "tbsp" | "cup" | "piece";
export interface Recipe {
  title: string;
  servings: number;
  /** ISO 8601. @format duration */
  time: string;
  ingredients: { name: string; amount: number | null; unit: Unit | null; note?: string }[];
  steps: Step[];
  nutrition: { kcal: number; protein: number; fat: number; carbohydrates: number } | null;
  difficulty: 1 | 2 | 3;
}
type Step = string | { text: string; minutes: number; parallel?: Step[] };
