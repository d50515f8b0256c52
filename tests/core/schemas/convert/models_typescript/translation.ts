type Locale = "de" | "en" | "fr" | "ja";
type Plural = { one: string; other: string; few?: string };
export interface Catalogue {
  source: Locale;
  messages: { [id: string]: Translations };
}
type Translations = { [L in Locale]?: string | Plural };
