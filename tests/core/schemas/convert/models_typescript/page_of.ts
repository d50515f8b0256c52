interface Page<T, C = string> {
  items: T[];
  next: C | null;
  total: number;
}
type Result<T> = { ok: true; value: T } | { ok: false; error: Problem };
type Maybe<T> = T | null;
type Optional<T> = T | undefined;
interface Problem { code: number; message: string; details?: Problem[] }
interface Article { id: string; title: string; tags: string[]; author: Maybe<Author>; cover: Optional<string> }
interface Author { name: string; bio: Maybe<string> }
export interface Listing {
  articles: Page<Article>;
  authors: Page<Author, number>;
  last: Result<Article>;
  names: Result<string[]>;
}
