export type Position = [longitude: number, latitude: number, altitude?: number];
export interface Point { type: "Point"; coordinates: Position }
export interface LineString { type: "LineString"; coordinates: Position[] }
export interface Polygon { type: "Polygon"; coordinates: Position[][] }
export interface GeometryCollection { type: "GeometryCollection"; geometries: Geometry[] }
export type Geometry = Point | LineString | Polygon | GeometryCollection;
export interface Feature<P = { [name: string]: unknown }> {
  type: "Feature";
  id?: string | number;
  geometry: Geometry | null;
  properties: P | null;
  bbox?: [number, number, number, number];
}
export interface FeatureCollection { type: "FeatureCollection"; features: Feature[] }
