// Webhook payloads, shortened.
interface Repository {
  id: number;
  full_name: string;
  private: boolean;
  default_branch: string;
  topics?: string[];
}
interface Sender { login: string; id: number; type: "User" | "Bot" | "Organization" }
interface Base { repository: Repository; sender: Sender; installation?: { id: number } }

export interface PushEvent extends Base {
  event: "push";
  ref: string;
  before: string;
  after: string;
  commits: Commit[];
  forced: boolean;
}
export interface IssuesEvent extends Base {
  event: "issues";
  action: "opened" | "edited" | "closed" | "reopened";
  issue: { number: number; title: string; body: string | null; labels: Array<{ name: string; color: string }> };
}
interface Commit { id: string; message: string; author: { name: string; email: string; username?: string }; added: string[]; removed: string[]; modified: string[] }
export type WebhookEvent = PushEvent | IssuesEvent;
export interface Delivery { id: string; payload: WebhookEvent; }
