/** A CV as fields. Dates are `YYYY-MM` or `YYYY`. */
export interface Resume {
  name: string;
  contact: { email: string | null; phone: string | null; links: string[] };
  summary?: string;
  /** Newest first. */
  experience: {
    company: string;
    role: string;
    /** @pattern ^\d{4}(-\d{2})?$ */
    from: string;
    /** @pattern ^\d{4}(-\d{2})?$ */
    to: string | null;
    achievements: string[];
  }[];
  education: { school: string; degree: string; year: number | null }[];
  languages: { language: string; level: "A1" | "A2" | "B1" | "B2" | "C1" | "C2" | "native" }[];
  skills: string[];
  yearsOfExperience: number;
}
