// What the tool “forecast” gives.
export interface Forecast {
  place: { name: string; country: string; lat: number; lon: number };
  units: "metric" | "imperial";
  current: Conditions;
  hourly: (Conditions & { time: string })[];
  alerts?: { severity: "minor" | "moderate" | "severe" | "extreme"; headline: string; expires: string }[];
}
interface Conditions {
  temperature: number;
  feelsLike: number;
  /** @minimum 0 @maximum 100 */
  humidity: number;
  wind: { speed: number; direction: "N" | "NE" | "E" | "SE" | "S" | "SW" | "W" | "NW"; gust: number | null };
  sky: "clear" | "clouds" | "rain" | "snow" | "storm" | "fog";
}
