export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };
export interface Document { id: string; body: Json; }
