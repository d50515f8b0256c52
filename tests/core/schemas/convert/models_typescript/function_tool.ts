/**
 * Finds flights.
 *
 * @param from - Airport of departure, IATA.
 * @param to - Airport of arrival, IATA.
 * @param options What else is wished.
 */
export async function searchFlights(
  from: string,
  to: string,
  date: string,
  passengers = 1,
  options?: SearchOptions,
  ...via: string[]
): Promise<Flight[]> {
  return [];
}
interface SearchOptions { class: "economy" | "business"; maxStops?: 0 | 1 | 2; flexible?: boolean }
interface Flight { number: string; price: number }
