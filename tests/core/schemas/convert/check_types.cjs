// node check_types.cjs FOLDER: type-checks all .ts files in it with --strict, and runs the documents of cases.json on
// the Zod schemas. Prints one JSON value: {problems, verdicts: {name: [true, …]}, sent: {name: schema or words}}.
const fs = require("node:fs");
const path = require("node:path");
const { createRequire } = require("node:module");
const { pathToFileURL } = require("node:url");

const folder = path.resolve(process.argv[2]);
const ts = createRequire(path.join(folder, "x.cjs"))("typescript");
const files = fs.readdirSync(folder).filter((name) => name.endsWith(".ts")).map((name) => path.join(folder, name));
const program = ts.createProgram(files, {
  strict: true,
  skipLibCheck: true,
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  outDir: folder,
  types: [],
});
const problems = ts.getPreEmitDiagnostics(program).map((one) => {
  const place = one.file ? one.file.getLineAndCharacterOfPosition(one.start) : { line: 0 };
  const name = one.file ? path.basename(one.file.fileName) : "";
  return `${name}:${place.line + 1}: ${ts.flattenDiagnosticMessageText(one.messageText, " ")}`;
});
program.emit();

async function main() {
  const { zodTextFormat } = await import(pathToFileURL(path.join(folder, "node_modules/openai/helpers/zod.mjs")));
  const cases = JSON.parse(fs.readFileSync(path.join(folder, "cases.json"), "utf8"));
  const verdicts = {};
  const sent = {};
  for (const [name, { root, documents }] of Object.entries(cases)) {
    const made = (await import(pathToFileURL(path.join(folder, `${name}.js`))))[root];
    verdicts[name] = documents.map((document) => made.safeParse(document).success);
    try {
      sent[name] = zodTextFormat(made, "x").schema;
    } catch (error) {
      sent[name] = String(error.message);
    }
  }
  process.stdout.write(JSON.stringify({ problems, verdicts, sent }));
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
