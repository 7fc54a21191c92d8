// XML in and out.
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { element, parseXml } from "../../../simulator/ews/xml.ts";

/** What XML 1.0 can hold, without the line ends that a parser may normalise. */
const text = fc.string({ unit: "binary" }).map((value) => value.replace(/[^\t\n -\uD7FF\uE000-\uFFFD]/g, ""));

describe("XML", () => {
  test("brings every text and attribute back as it was written", () => {
    fc.assert(
      fc.property(text, text, (content, attribute) => {
        const tidy = attribute.replace(/[\t\n]/g, " ");
        const { source } = element("t:Item", { Id: tidy }, content);
        const read = parseXml(source);
        expect(read.text).toBe(content);
        expect(read.attributes["Id"]).toBe(tidy);
      }),
    );
  });

  test("decodes entities once, and not in CDATA", () => {
    const { text: decoded } = parseXml("<a>&amp;lt; &#x41;&#66; <![CDATA[&amp;<]]></a>");
    expect(decoded).toBe("&lt; AB &amp;<");
  });

  test("leaves out what XML cannot hold", () => {
    expect(element("a", {}, "x\u0000\u0001\uD800y").source).toBe("<a>xy</a>");
  });

  test.each(["", "plain", "<a><b></a>", "<a", "<!DOCTYPE a><a/>"])("refuses %j", (source) => {
    expect(() => parseXml(source)).toThrow();
  });
});
