// Writes tracker/static/icons.svg: one <symbol> for each icon the pages use, and the licence beside it.
// To add an icon: write its name below, `npm ci && npm run build`, commit the result.
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const NAMES = [
  "alert-triangle", "arrow-down-left", "arrow-left", "arrow-right", "arrow-up-right", "arrows-sort", "bell",
  "calendar", "calendar-due", "check", "chevron-down", "chevron-left", "chevron-right", "chevron-up",
  "circle-dashed", "clock", "copy", "download", "edit", "external-link", "eye", "file-text", "flag", "hash",
  "history", "home", "info-circle", "keyboard", "layout-kanban", "link", "list", "loader", "lock", "logout",
  "mail", "map-2", "menu-2", "message", "player-pause", "player-stop", "plus", "printer", "question-mark",
  "refresh", "scale", "search", "settings", "table", "trash", "upload", "user", "users", "x",
];

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const source = (path) => here(`node_modules/@tabler/icons/${path}`);
const { version } = JSON.parse(readFileSync(source("package.json"), "utf8"));

const symbols = NAMES.map((name) => {
  const svg = readFileSync(source(`icons/outline/${name}.svg`), "utf8");
  const shapes = svg
    .replace(/^[\s\S]*?<svg[^>]*>/, "")
    .replace("</svg>", "")
    .replace(/<path stroke="none"[^>]*>/, "")
    .replace(/\s+/g, " ")
    .trim();
  return `<symbol id="i-${name}" viewBox="0 0 24 24">${shapes}</symbol>`;
});
writeFileSync(
  here("../../tracker/static/icons.svg"),
  `<svg xmlns="http://www.w3.org/2000/svg">\n<!-- Tabler Icons ${version}, MIT; written by deploy/icons/build.mjs -->\n${symbols.join("\n")}\n</svg>\n`,
);

const folder = here(`../../tracker/static/vendor/tabler-icons-${version}/`);
mkdirSync(folder, { recursive: true });
copyFileSync(source("LICENSE"), `${folder}LICENSE`);
console.log(`${NAMES.length} icons of Tabler Icons ${version}`);
