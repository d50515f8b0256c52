const THEMES = ["light", "dark", "system"] as const;
type Theme = (typeof THEMES)[number];
const LIMITS = { free: 10, team: 100, company: 1000 } as const;

export interface Settings {
  theme: Theme;
  plan: keyof typeof LIMITS;
  limit: (typeof LIMITS)[keyof typeof LIMITS];
  fontSize: 12 | 13 | 14 | 16;
  shortcuts: { [command: string]: string };
  panels: Record<"left" | "right" | "bottom", { open: boolean; size: number }>;
  flags: Partial<Record<"beta" | "telemetry" | "spelling", boolean>>;
  /** @deprecated use `theme` */
  dark?: boolean;
  "editor.tabSize": number;
  $schema?: string;
}
