/** Every fact with where it stands. */
interface Cited<T> { value: T; quote: string; page: number | null }
export interface Contract {
  parties: Cited<string>[];
  effective: Cited<string | null>;
  term: Cited<{ months: number; renews: boolean }> | null;
  clauses: Clause[];
  governingLaw: Cited<string> | null;
  risks: Risk[];
}
interface Clause { title: string; kind: "payment" | "termination" | "liability" | "confidentiality" | "other"; text: string; subclauses: Clause[] }
interface Risk { clause: Clause["title"]; level: "low" | "medium" | "high"; why: string }
