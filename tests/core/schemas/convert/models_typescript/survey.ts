interface QuestionBase { id: string; text: string; required: boolean; showIf?: Condition }
interface Choice extends QuestionBase { kind: "choice"; options: { value: string; label: string }[]; multiple: boolean }
interface Scale extends QuestionBase { kind: "scale"; from: number; to: number; labels?: [low: string, high: string] }
interface FreeText extends QuestionBase { kind: "text"; maxLength?: number }
export type Question = Choice | Scale | FreeText;
type Condition =
  | { op: "equals"; question: string; value: string | number | boolean }
  | { op: "and" | "or"; conditions: Condition[] }
  | { op: "not"; condition: Condition };
export interface Survey { title: string; questions: Question[]; closesAt: string | null; languages: string[] }
