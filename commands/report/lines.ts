// Breaks text into lines for a picture: SVG does not break it by itself, and tells nobody here how wide it is. Pure.
import { visible } from "../../network/visible.ts";

/** How much one text may take. */
interface Room {
  /** In ems of the font. */
  readonly ems: number;
  readonly lines: number;
}

/** Breaks text where it may be read on, and where nothing else helps anywhere; what is too long ends with an ellipsis. */
export function linesFor(text: string, { ems, lines }: Room): string[] {
  const broken: string[] = [];
  let line = "";
  for (const part of partsOf(visible(text).trim(), ems)) {
    if (line !== "" && widthOf(line + part.trimEnd()) > ems) {
      broken.push(line.trimEnd());
      line = "";
    }
    line += part;
  }
  const all = [...broken, line.trimEnd()];
  if (all.length <= lines) return all;
  return [...all.slice(0, lines - 1), cut(all[lines - 1] ?? "", ems)];
}

/** Words with what joins them to the next one; a word that is wider than a line in pieces. */
function partsOf(text: string, ems: number): string[] {
  const words = text.match(/[^\s\-@_/]*[\s\-@_/]+|[^\s\-@_/]+/g) ?? [""];
  return words.flatMap((word) => (widthOf(word) > ems ? piecesOf(word, ems) : [word]));
}

function piecesOf(word: string, ems: number): string[] {
  const pieces: string[] = [];
  let piece = "";
  for (const each of charactersOf(word)) {
    if (piece !== "" && widthOf(piece + each) > ems) {
      pieces.push(piece);
      piece = "";
    }
    piece += each;
  }
  return [...pieces, piece];
}

function cut(line: string, ems: number): string {
  const kept = charactersOf(line);
  while (kept.length > 0 && widthOf(`${kept.join("")}…`) > ems) kept.pop();
  return `${kept.join("")}…`;
}

const segmenter = new Intl.Segmenter("en", { granularity: "grapheme" });

/** As a reader counts them: with their accents. */
function charactersOf(text: string): string[] {
  return Array.from(segmenter.segment(text), ({ segment }) => segment);
}

/** No narrower than in the wide fonts among those of the style, in ems. */
function widthOf(text: string): number {
  return charactersOf(text).reduce((sum, each) => sum + emsOf(each), 0);
}

function emsOf(character: string): number {
  const narrow = widths.find(([characters]) => characters.includes(character));
  if (narrow !== undefined) return narrow[1];
  if (/^[\x20-\x7e]$/.test(character)) return /[A-Z]/.test(character) ? 0.78 : 0.65;
  // Letters of other alphabets, some of which are as wide as two; pictograms.
  return /^[\p{Script=Latin}\p{Script=Greek}]/u.test(character) ? 0.78 : 1.4;
}

/** Characters that are narrower or wider than others of their kind. */
const widths: readonly (readonly [characters: string, ems: number])[] = [
  ["ijlI.,:;'|! ", 0.34],
  ['()[]{}ft r-"/', 0.42],
  ["mwMW@%", 1],
];
