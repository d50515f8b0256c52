interface ElementBase<T extends string, P = {}> { type: T; key?: string; props: P }
type Button = ElementBase<"button", { label: string; variant: "primary" | "quiet"; disabled?: boolean }>;
type Field = ElementBase<"field", { name: string; label: string; input: "text" | "number" | "date" }>;
interface Box extends ElementBase<"box", { direction: "row" | "column"; gap?: number }> { children: UiNode[] }
export type UiNode = Button | Field | Box;
/** What the model draws. */
export interface Screen { title: string; root: UiNode; actions: Button[] }
