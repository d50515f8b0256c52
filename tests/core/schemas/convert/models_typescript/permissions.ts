enum Action { None = 0, Read = 1 << 0, Write = 1 << 1, Delete = 1 << 2, All = Read | Write | Delete }
type Resource = "project" | "file" | "member";
type Exact = Exclude<Resource, "member">;
export interface Policy {
  subject: { user: string } | { group: string } | "everyone";
  grants: { [R in Resource]: Action };
  owners?: NonNullable<string | null>[];
  scope: Exact;
  until: Extract<string | number | boolean, number>;
  inherits: Policy[] | null;
}
