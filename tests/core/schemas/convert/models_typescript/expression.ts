/** The syntax tree of a small language. */
export type Expression = Literal | Name | Unary | Binary | Call | Conditional;
interface Literal { kind: "literal"; value: number | string | boolean | null }
interface Name { kind: "name"; id: string }
interface Unary { kind: "unary"; operator: "-" | "!" ; operand: Expression }
interface Binary { kind: "binary"; operator: "+" | "-" | "*" | "/" | "<" | ">" | "==" | "&&" | "||"; left: Expression; right: Expression }
interface Call { kind: "call"; callee: Expression; args: Expression[] }
interface Conditional { kind: "if"; test: Expression; then: Expression; otherwise?: Expression }
export interface Program { name: string; body: Expression[] }
