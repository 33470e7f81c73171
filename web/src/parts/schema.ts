/** JSON Schema of the server's inputs, read as fields of a form. */

export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };
export type JsonObject = { [key: string]: Json };

export interface Choice {
  value: Json;
  label: string;
}

/** What a form shows for one place of an input. */
export type Shape =
  | { kind: "text" | "long" | "decimal" | "whole" | "yes_no" | "date" | "any" }
  | { kind: "choice" | "several"; choices: Choice[] }
  | { kind: "variants"; variants: Part[] }
  | { kind: "object"; parts: Part[] }
  | { kind: "list"; item: Part };

/** A named place: its label, remark, unit and whether it must be filled in. */
export interface Part {
  name: string;
  label: string;
  remark: string;
  unit: string;
  required: boolean;
  shape: Shape;
}

type Node = Record<string, unknown>;

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function text(node: Node, key: string): string {
  return typeof node[key] === "string" ? node[key] : "";
}

function nodes(node: Node, key: string): Node[] {
  const list = node[key];
  return Array.isArray(list) ? list.filter(isNode) : [];
}

/** Follows references and passes over "or nothing", keeping the words nearest to the field. */
function resolve(root: Node, node: Node): Node {
  const reference = text(node, "$ref");
  if (reference) {
    const definitions = isNode(root["$defs"]) ? root["$defs"] : {};
    const found = definitions[reference.split("/").at(-1) ?? ""];
    return isNode(found) ? { ...resolve(root, found), ...rest(node, "$ref") } : node;
  }
  for (const key of ["anyOf", "allOf"]) {
    const real = nodes(node, key).filter((one) => one["type"] !== "null");
    if (real.length === 1 && real[0]) return { ...resolve(root, real[0]), ...rest(node, key) };
  }
  return node;
}

function rest(node: Node, left: string): Node {
  return Object.fromEntries(Object.entries(node).filter(([key]) => key !== left));
}

function types(node: Node): string[] {
  const type = node["type"];
  if (typeof type === "string") return [type];
  return Array.isArray(type) ? type.filter((one) => one !== "null").map(String) : [];
}

function choicesOf(node: Node): Choice[] | null {
  const variants = nodes(node, "oneOf");
  if (variants.length > 0 && variants.every((one) => "const" in one || Array.isArray(one["enum"]))) {
    return variants.flatMap((one) => {
      const values = "const" in one ? [one["const"]] : (one["enum"] as unknown[]);
      return values.map((value) => ({ value: value as Json, label: text(one, "title") || text(one, "description") || String(value) }));
    });
  }
  if ("const" in node) return [{ value: node["const"] as Json, label: text(node, "title") || String(node["const"]) }];
  const values = node["enum"];
  return Array.isArray(values) ? values.filter((value) => value !== null).map((value) => ({ value: value as Json, label: String(value) })) : null;
}

function shapeOf(root: Node, node: Node): Shape {
  const choices = choicesOf(node);
  if (choices) return { kind: "choice", choices };
  const variants = nodes(node, "oneOf");
  if (variants.length > 0) return { kind: "variants", variants: variants.map((one, at) => part(root, String(at), one, true)) };
  // one text or a list of texts: people type the text
  if (nodes(node, "anyOf").some((one) => one["type"] === "string")) return { kind: "text" };
  if (node["x-long"] === true) return { kind: "long" };
  const [type, ...others] = types(node);
  if (type === "object" && isNode(node["properties"])) return { kind: "object", parts: partsOf(root, node) };
  if (type === "array" && isNode(node["items"])) {
    const item = part(root, "", node["items"], true);
    return item.shape.kind === "choice" ? { kind: "several", choices: item.shape.choices } : { kind: "list", item };
  }
  if (node["format"] === "decimal" || type === "number") return { kind: "decimal" };
  if (type === "integer") return { kind: "whole" };
  if (type === "boolean") return { kind: "yes_no" };
  if (type === "string" && others.length === 0) return { kind: node["format"] === "date" ? "date" : "text" };
  return { kind: "any" };
}

function part(root: Node, name: string, node: Node, required: boolean): Part {
  const own = resolve(root, node);
  const title = text(own, "title");
  return {
    name,
    // a struct's own English name is no label
    label: /[^\u0020-\u007e]/.test(title) || title.length <= 3 ? title : name,
    remark: /[^\u0020-\u007e]/.test(text(own, "description")) ? text(own, "description") : "",
    unit: text(own, "x-unit"),
    required,
    shape: shapeOf(root, own),
  };
}

function partsOf(root: Node, node: Node): Part[] {
  const properties = isNode(node["properties"]) ? node["properties"] : {};
  const required = Array.isArray(node["required"]) ? node["required"] : [];
  return Object.entries(properties)
    .filter((entry): entry is [string, Node] => isNode(entry[1]))
    .map(([name, own]) => part(root, name, own, required.includes(name)));
}

/** The parts of a schema whose input is an object. */
export function formOf(schema: unknown): Part[] {
  return isNode(schema) ? partsOf(schema, resolve(schema, schema)) : [];
}

/** The constants of a variant's parts, which the person has not to fill in: its tag. */
export function tagsOf(variant: Part): JsonObject {
  if (variant.shape.kind !== "object") return {};
  const fixed = variant.shape.parts.flatMap((own) =>
    own.shape.kind === "choice" && own.shape.choices.length === 1 && own.shape.choices[0] ? [[own.name, own.shape.choices[0].value] as const] : [],
  );
  return Object.fromEntries(fixed);
}

/** The input as it is sent: what was left empty is left out. */
export function filled(value: Json | undefined): Json | undefined {
  if (value === undefined || value === null || value === "") return undefined;
  if (Array.isArray(value)) {
    const items = value.map(filled).filter((item): item is Json => item !== undefined);
    return items;
  }
  if (typeof value === "object") {
    const entries = Object.entries(value).flatMap(([key, own]) => {
      const kept = filled(own);
      return kept === undefined ? [] : [[key, kept] as const];
    });
    return entries.length > 0 ? Object.fromEntries(entries) : undefined;
  }
  return value;
}
