/** A tree of pages that knows itself. */
export interface Page {
  slug: string;
  title: string;
  children: Page[];
  parent?: Page | null;
}
