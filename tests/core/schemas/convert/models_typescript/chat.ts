export type Role = "system" | "user" | "assistant" | "tool";

interface TextPart { type: "text"; text: string }
interface ImagePart { type: "image_url"; image_url: { url: string; detail?: "auto" | "low" | "high" } }
type Part = TextPart | ImagePart;

interface Message<R extends Role, C> { role: R; content: C; name?: string }

type SystemMessage = Message<"system", string>;
type UserMessage = Message<"user", string | Part[]>;
interface AssistantMessage extends Message<"assistant", string | null> { tool_calls?: ToolCall[]; refusal?: string | null }
interface ToolMessage extends Message<"tool", string> { tool_call_id: string }
interface ToolCall { id: string; type: "function"; function: { name: string; arguments: string } }

export interface Conversation {
  messages: Array<SystemMessage | UserMessage | AssistantMessage | ToolMessage>;
  temperature?: number;
  stop?: string | string[] | null;
}
