/**
 * An event that was found in a mail.
 *
 * @remarks Times are local where there is no offset.
 */
export interface CalendarEvent {
  title: string;
  /** @format date-time */
  start: string;
  /** @format date-time */
  end?: string;
  allDay: boolean;
  location: { name: string; latitude: number; longitude: number } | null;
  attendees: Attendee[];
  recurrence?: Recurrence;
  reminders: [minutes: number, kind: "mail" | "popup"][];
}
interface Attendee { email: string; status: "accepted" | "declined" | "tentative" | "unknown"; optional: boolean }
type Weekday = "mo" | "tu" | "we" | "th" | "fr" | "sa" | "su";
interface Recurrence {
  every: "day" | "week" | "month" | "year";
  /**
   * @asType integer
   * @minimum 1
   * @maximum 366
   * @default 1
   */
  interval: number;
  /**
   * @minItems 1
   * @maxItems 7
   * @uniqueItems true
   */
  on?: Weekday[];
  until?: string | null;
}
