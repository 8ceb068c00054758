// The scripts of a figure are joined into one, in the order that its Python class names: what one
// file declares at the top, the files after it use.
import js from "@eslint/js";
import globals from "globals";

const shared = [
  "core",
  "nd",
  "formulaText",
  "expressions",
  "formulas",
  "formulaField",
  "orders",
  "orderList",
  "progress",
  "results",
  "progressParts",
  "chart",
  "panels",
  "ui",
  "parts",
  "weather",
  "probing",
  "PARTS",
  "WORDS",
  "diagram",
  "strip",
  "equations",
  "tasks",
  "variants",
  "VARIANTS_IN_PAGE",
  "VARIANTS_IN_BUILDER",
  "GATES",
  "valves",
  "gateNumbers",
  "gateMarkup",
  "work",
  "workshop",
  "RUNS",
  "DIALS",
  "CHOICES",
  "IDLE",
  "playgroundMarkup",
  "playgroundCharts",
  "whyOf",
];
const readable = Object.fromEntries(shared.map((name) => [name, "writable"]));

export default [
  js.configs.recommended,
  {
    files: ["lstmbook/live/js/*.js"],
    languageOptions: {
      ecmaVersion: 2022,
      sourceType: "script",
      globals: { ...globals.browser, ...readable, module: "writable" },
    },
    rules: {
      "no-redeclare": "off",
      "no-unused-vars": ["error", { varsIgnorePattern: `^(figure|${shared.join("|")})$` }],
      "max-lines-per-function": ["error", { max: 80, skipComments: true, IIFEs: false }],
    },
  },
  {
    files: ["_static/js/*.js"],
    languageOptions: {
      ecmaVersion: 2022,
      sourceType: "script",
      globals: globals.browser,
    },
  },
];
