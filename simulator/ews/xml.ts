/** XML in and out: a plain tree of elements without prefixes, and a writer that escapes everything it is given. */
import { XMLParser } from "fast-xml-parser";

/** An element as it was read; names without their prefix. */
export interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** All text directly inside it, untrimmed. */
  readonly text: string;
  readonly children: readonly Element[];
}

const parser = new XMLParser({
  preserveOrder: true,
  removeNSPrefix: true,
  ignoreAttributes: false,
  attributeNamePrefix: "",
  ignoreDeclaration: true,
  ignorePiTags: true,
  parseTagValue: false,
  parseAttributeValue: false,
  trimValues: false,
  // Entities are decoded below, in one pass, and not in CDATA.
  processEntities: false,
  cdataPropName: "#cdata",
});

/** Parses a document; throws an Error with the reason where it is not well-formed, or has a DTD. */
export function parseXml(text: string): Element {
  if (/<!DOCTYPE/i.test(text)) throw new Error("For security reasons DTD is prohibited in this XML document.");
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- validation without one more package
  const [root] = convertAll(parser.parse(text, true) as RawNode[]);
  if (root === undefined) throw new Error("Root element is missing.");
  return root;
}

type RawNode = Readonly<Record<string, unknown>>;

function convertAll(nodes: readonly RawNode[]): Element[] {
  return nodes.flatMap((node) => {
    const name = Object.keys(node).find((key) => key !== ":@");
    if (name === undefined || name.startsWith("#") || name.startsWith("?")) return [];
    const inside = node[name] as readonly RawNode[];
    const text = inside.map(readText);
    const attributes = Object.entries((node[":@"] ?? {}) as Record<string, string>);
    return {
      name,
      attributes: Object.fromEntries(attributes.map(([key, value]) => [key, decode(value)])),
      text: text.join(""),
      children: convertAll(inside),
    };
  });
}

function readText(node: RawNode): string {
  const cdata = node["#cdata"] as readonly RawNode[] | undefined;
  if (cdata !== undefined) return cdata.map((part) => String(part["#text"])).join("");
  return typeof node["#text"] === "string" ? decode(node["#text"]) : "";
}

const entities: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

/** The five entities of XML, and character references. */
function decode(text: string): string {
  return text.replace(
    /&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi,
    (reference, hex?: string, decimal?: string, name?: string) => {
      if (name !== undefined) return entities[name] ?? reference;
      const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
      return code <= 0x10ffff ? String.fromCodePoint(code) : reference;
    },
  );
}

/** The first child of that name. */
export function child(element: Element | undefined, name: string): Element | undefined {
  return element?.children.find((candidate) => candidate.name === name);
}

/** The element at the end of a path of names. */
export function descend(element: Element | undefined, ...names: string[]): Element | undefined {
  return names.reduce(child, element);
}

/** XML that was written by {@link element}, and so needs no more escaping. */
export class Xml {
  readonly source: string;
  constructor(source: string) {
    this.source = source;
  }
}

export type Content = Xml | string | number | boolean | null | undefined | readonly Content[];

/** Writes an element; texts are escaped, `null` and `undefined` are nothing. */
export function element(
  name: string,
  attributes: Readonly<Record<string, string | number | boolean | undefined>>,
  ...content: Content[]
): Xml {
  const written = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}="${escape(String(value))}"`);
  const inside = writeContent(content);
  return new Xml(inside === "" ? `<${name}${written.join("")}/>` : `<${name}${written.join("")}>${inside}</${name}>`);
}

function writeContent(content: Content): string {
  if (content === null || content === undefined) return "";
  if (content instanceof Xml) return content.source;
  if (typeof content === "object") return content.map(writeContent).join("");
  return escape(String(content));
}

/** What XML 1.0 cannot hold is left out: a client would refuse the whole answer. */
function escape(text: string): string {
  return text
    .replace(/[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu, "")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("\r", "&#xD;");
}
