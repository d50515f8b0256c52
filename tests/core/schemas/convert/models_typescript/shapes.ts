export interface Circle { shape: "circle"; radius: number }
export interface Rectangle { shape: "rectangle"; width: number; height: number }
export interface Group { shape: "group"; children: Shape[]; opacity?: number }
export type Shape = Circle | Rectangle | Group;
type Styled<T> = T & { fill?: string; stroke?: { color: string; width: number } };
export interface Drawing { title: string; root: Styled<Circle | Rectangle>; layers: Record<string, Shape[]> }
