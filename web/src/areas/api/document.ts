/** The OpenAPI document of the server, read for people: operations under their tags, schemas as fields with plain words. */

export type Node = Record<string, unknown>;

export interface Parameter {
  name: string;
  where: string;
  required: boolean;
  description: string;
  schema: Node;
}

export interface Content {
  /** Media type, `application/json`; empty where nothing is sent. */
  kind: string;
  schema: Node | null;
}

export interface Operation {
  id: string;
  method: string;
  path: string;
  tag: string;
  summary: string;
  parameters: Parameter[];
  body: Content | null;
  responses: { status: string; description: string; content: Content }[];
}

export interface Field {
  name: string;
  required: boolean;
  schema: Node;
}

function node(value: unknown): Node {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Node) : {};
}

function nodes(value: unknown): Node[] {
  return Array.isArray(value) ? value.map(node) : [];
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

const METHODS = ["get", "post", "put", "patch", "delete"];

function content(value: unknown): Content {
  const [kind, media] = Object.entries(node(value))[0] ?? ["", null];
  const schema = node(media)["schema"];
  return { kind, schema: schema === undefined ? null : node(schema) };
}

/** Every operation of the document, in its order. */
export function operations(document: Node): Operation[] {
  return Object.entries(node(document["paths"])).flatMap(([path, ways]) =>
    METHODS.filter((method) => method in node(ways)).map((method): Operation => {
      const given = node(node(ways)[method]);
      const body = given["requestBody"];
      return {
        id: text(given["operationId"]),
        method: method.toUpperCase(),
        path,
        tag: Array.isArray(given["tags"]) ? text(given["tags"][0]) : "",
        summary: [text(given["summary"]), text(given["description"])].filter(Boolean).join(" "),
        parameters: nodes(given["parameters"]).map((one) => ({
          name: text(one["name"]),
          where: text(one["in"]),
          required: one["required"] === true,
          description: text(one["description"]),
          schema: node(one["schema"]),
        })),
        body: body === undefined ? null : content(node(body)["content"]),
        responses: Object.entries(node(given["responses"])).map(([status, answer]) => ({
          status,
          description: text(node(answer)["description"]),
          content: content(node(answer)["content"]),
        })),
      };
    }),
  );
}

/** The schema itself, behind references and "or nothing"; `name` is what the document calls it. */
export function resolve(document: Node, schema: Node): { schema: Node; name: string; nullable: boolean } {
  const reference = text(schema["$ref"]);
  if (reference) {
    const name = reference.split("/").at(-1) ?? "";
    const found = resolve(document, node(node(node(document["components"])["schemas"])[name]));
    return { ...found, name: found.name || name };
  }
  for (const key of ["oneOf", "anyOf", "allOf"]) {
    const all = nodes(schema[key]);
    const real = all.filter((one) => one["type"] !== "null");
    if (real.length === 1 && real[0]) {
      const found = resolve(document, real[0]);
      return { ...found, nullable: found.nullable || real.length < all.length };
    }
  }
  const kinds = schema["type"];
  return { schema, name: "", nullable: Array.isArray(kinds) && kinds.includes("null") };
}

const FORMATS: Record<string, string> = { date: "日期", "date-time": "时间", uuid: "编号（UUID）", binary: "文件" };
const TYPES: Record<string, string> = { string: "文本", integer: "整数", number: "数值", boolean: "是否", object: "对象", null: "空" };

/** What stands in a place, in plain words. */
export function typeOf(document: Node, given: Node): string {
  const { schema, name, nullable } = resolve(document, given);
  const kinds = (Array.isArray(schema["type"]) ? schema["type"] : [schema["type"]]).map(text).filter((kind) => kind && kind !== "null");
  const choices = Array.isArray(schema["enum"]) ? schema["enum"].map(String).join(" | ") : "";
  let word: string;
  if (choices) word = choices;
  else if (kinds[0] === "array") word = Array.isArray(schema["prefixItems"]) ? `（${nodes(schema["prefixItems"]).map((one) => typeOf(document, one)).join("，")}）的列表` : `${typeOf(document, node(schema["items"]))}的列表`;
  else if (kinds.length === 1) word = (FORMATS[text(schema["format"])] ?? TYPES[kinds[0] ?? ""] ?? kinds[0] ?? "") + (name ? ` ${name}` : "");
  else if (name) word = name;
  else word = nodes(schema["oneOf"] ?? schema["anyOf"]).map((one) => typeOf(document, one)).join(" 或 ") || "任意值";
  return nullable ? `${word}，可空` : word;
}

/** The fields within a schema: of an object, of a list's items, of every variant. */
export function fields(document: Node, given: Node): Field[] {
  const { schema } = resolve(document, given);
  if (schema["items"] !== undefined && schema["items"] !== false) return fields(document, node(schema["items"]));
  const required = Array.isArray(schema["required"]) ? schema["required"] : [];
  const own = Object.entries(node(schema["properties"])).map(([name, inner]) => ({ name, required: required.includes(name), schema: node(inner) }));
  const variants = nodes(schema["oneOf"] ?? schema["anyOf"] ?? schema["allOf"]);
  return [...own, ...variants.flatMap((one) => fields(document, one))];
}

/** What a place means: its own words, or those of what it refers to. */
export function meaning(document: Node, schema: Node): string {
  return text(schema["description"]) || text(resolve(document, schema).schema["description"]);
}
