export interface Report {
  patient: Patient;
  /** ICD-10 codes. @items.pattern ^[A-Z]\d{2}(\.\d{1,2})?$ */
  diagnoses: string[];
  medications: Medication[];
  vitals: { pulse: number | null; bloodPressure: { systolic: number; diastolic: number } | null; temperature?: number };
  allergies: ("none" | "penicillin" | "nuts" | "latex" | "other")[];
  confidence: number;
  followUp: { in: number; unit: "days" | "weeks" | "months" } | null;
}
interface Patient { age: number; sex: "female" | "male" | "other" | "unknown"; pregnant?: boolean | null }
interface Medication { name: string; dose: string; times: ("morning" | "noon" | "evening" | "night")[]; until?: string }
