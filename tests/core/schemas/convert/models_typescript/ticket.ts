export enum Priority {
  Low = "low",
  Normal = "normal",
  High = "high",
  Urgent = "urgent",
}

enum Severity { Info, Warning, Error = 10, Fatal }

/** A ticket of the support desk. */
export interface Ticket {
  id: `T-${number}`;
  subject: string;
  priority: Priority;
  severity?: Severity;
  /** People who are told of each change. */
  watchers: ReadonlyArray<User["email"]>;
  assignee: User | null;
  history: Change[];
  readonly createdAt: string; // RFC 3339
  escalated: Priority.High | Priority.Urgent | false;
}

interface User {
  id: number;
  /** @format email */
  email: string;
  name: { first: string; last: string; middle?: string };
}

interface Change {
  at: string;
  by: User;
  field: keyof Omit<Ticket, "history" | "id">;
  from: string | number | null;
  to: string | number | null;
}
