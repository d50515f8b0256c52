type Level = "debug" | "info" | "warn" | "error";
export interface LogEvent {
  level: Level;
  time: string;
  message: string;
  error?: SerializedError;
  trace: `${string}-${string}`;
  tags: Record<string, string | string[]>;
  [extra: string]: unknown;
}
export interface SerializedError { name: string; message: string; stack?: string; cause?: SerializedError }
