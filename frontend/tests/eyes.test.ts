import { describe, expect, it } from "vitest";
import type { Count, Document, Gap } from "../src/lib/api/watching";
import { hit, toSegment } from "../src/lib/eyes/hit";
import {
  differenceOf,
  documentOf,
  flawsOf,
  planOf,
  renamed,
  rulesNaming,
  without,
} from "../src/lib/eyes/plan";
import { shown } from "../src/lib/eyes/lines";
import { byLine, curvesOf, steps } from "../src/lib/eyes/series";
import { sightAt } from "../src/lib/eyes/sights.svelte";
import { fieldsOf, missingIn, newRule, numbersOf } from "../src/lib/eyes/schema";
import { crossesItself, directionsOf, groundFlaw, lineFlaw, zoneFlaw } from "../src/lib/eyes/shapes";
import { Sketch } from "../src/lib/eyes/sketch.svelte";
import type { Point } from "../src/lib/publishing/masks";

const SQUARE: Point[] = [
  [0.2, 0.2],
  [0.6, 0.2],
  [0.6, 0.6],
  [0.2, 0.6],
];
const BOWTIE: Point[] = [
  [0.2, 0.2],
  [0.6, 0.6],
  [0.6, 0.2],
  [0.2, 0.6],
];
const DOCUMENT: Document = {
  tier: "count",
  eye: "builtin",
  lines: [
    { name: "mulut gang", start: [0.1, 0.6], end: [0.9, 0.6], forward: "masuk", backward: "keluar" },
    { name: "jalan", start: [0.1, 0.9], end: [0.9, 0.9] },
  ],
  zones: [{ name: "halaman", points: SQUARE }],
  ground: { picture: SQUARE, metres: SQUARE },
  counting: [{ lines: ["mulut gang"], movements: [{ name: "belok", from: "mulut gang", to: "jalan" }] }],
  parking: [{ zone: "halaman", limit_s: 60 }],
};

describe("shapes are judged as the server judges them", () => {
  it("knows lines of no length", () => {
    expect(
      lineFlaw([
        [0.5, 0.5],
        [0.505, 0.505],
      ]),
    ).toBe("no-length");
    expect(
      lineFlaw([
        [0.5, 0.5],
        [0.511, 0.5],
      ]),
    ).toBeNull();
    expect(
      lineFlaw([
        [0.5, 0.5],
        [1.2, 0.5],
      ]),
    ).toBe("outside");
  });
  it("knows zones that cross themselves or hold nothing", () => {
    expect(zoneFlaw(SQUARE)).toBeNull();
    expect(crossesItself(BOWTIE)).toBe(true);
    expect(zoneFlaw(BOWTIE)).toBe("crosses-itself");
    expect(
      zoneFlaw([
        [0.1, 0.1],
        [0.2, 0.2],
        [0.3, 0.3],
      ]),
    ).toBe("no-area");
    expect(zoneFlaw(SQUARE.slice(0, 2))).toBe("few-corners");
  });
  it("knows what is no plane", () => {
    expect(groundFlaw(SQUARE, SQUARE)).toBeNull();
    expect(groundFlaw(SQUARE, SQUARE.slice(1))).toBe("metres-missing");
    const flat: Point[] = [
      [0, 0],
      [5, 0],
      [10, 0],
      [0, 10],
    ];
    expect(groundFlaw(SQUARE, flat)).toBe("not-a-plane");
  });
  it("names directions by how the line lies", () => {
    const line = (end: Point): Point[] => [[0.5, 0.5], end];
    expect(directionsOf(line([0.9, 0.5]))).toEqual(["down", "up"]);
    expect(directionsOf(line([0.1, 0.5]))).toEqual(["up", "down"]);
    expect(directionsOf(line([0.5, 0.9]))).toEqual(["left", "right"]);
    expect(directionsOf(line([0.5, 0.1]))).toEqual(["right", "left"]);
  });
});

describe("a tap means", () => {
  const { shapes } = planOf(DOCUMENT);
  it("the line that is near, even within a zone", () => expect(hit(shapes, [0.4, 0.59], 16 / 9)).toBe(0));
  it("the zone around it", () => expect(hit(shapes, [0.4, 0.4], 16 / 9)).toBe(2));
  it("nothing elsewhere", () => expect(hit(shapes, [0.9, 0.1], 16 / 9)).toBeNull());
  it("what it looks like, whatever the picture's form", () => {
    expect(toSegment([0.5, 0.7], [0, 0.6], [1, 0.6], 2)).toBeCloseTo(0.05);
    expect(toSegment([0.5, 0.5], [0.2, 0.5], [0.4, 0.5], 2)).toBeCloseTo(0.1);
  });
});

describe("a camera's document", () => {
  it("stays what it is", () => expect(documentOf(planOf(DOCUMENT))).toEqual(DOCUMENT));
  it("follows a new name into the rules", () => {
    const after = documentOf(renamed(planOf(DOCUMENT), 0, "portal"));
    expect(after.lines?.[0]?.name).toBe("portal");
    expect(after["counting"]).toEqual([
      { lines: ["portal"], movements: [{ name: "belok", from: "portal", to: "jalan" }] },
    ]);
  });
  it("loses the rules of a shape with the shape", () => {
    const plan = planOf(DOCUMENT);
    expect(rulesNaming(plan, 2)).toBe(1);
    expect(documentOf(without(plan, 2))["parking"]).toBeUndefined();
    expect(documentOf(without(plan, 0))["counting"]).toBeUndefined();
    expect(documentOf(without(plan, 1))["counting"]).toEqual([{ lines: ["mulut gang"], movements: [] }]);
  });
  it("says what is wrong with names", () => {
    const plan = planOf(DOCUMENT);
    expect(flawsOf(renamed(plan, 0, "jalan"), 1)).toEqual(["same-name"]);
    expect(flawsOf(renamed(plan, 0, " "), 0)).toEqual(["no-name"]);
    expect(flawsOf(plan, 3)).toEqual([]);
  });
  it("tells what saving changes", () => {
    const before = planOf(DOCUMENT);
    const after = without(renamed(before, 1, "jalan raya"), 2);
    expect(differenceOf(before, after)).toEqual({
      added: ["jalan raya"],
      removed: ["jalan", "halaman"],
      changed: [],
      otherwise: true,
    });
  });
});

describe("a sketch", () => {
  function drawn(): Sketch {
    const sketch = new Sketch();
    sketch.draw("line", "garis 1");
    sketch.point([0.1, 0.5]);
    sketch.point([1.4, 0.5]);
    return sketch;
  }
  it("closes a line with its second point, inside the picture", () => {
    const sketch = drawn();
    expect(sketch.open).toBeNull();
    expect(sketch.masks).toEqual([
      [
        [0.1, 0.5],
        [1, 0.5],
      ],
    ]);
  });
  it("goes back and forth, a drag being one step", () => {
    const sketch = drawn();
    sketch.grab();
    sketch.drag(0, 0, [0.2, 0.5]);
    sketch.drag(0, 0, [0.3, 0.6]);
    sketch.drop();
    expect(sketch.masks[0]?.[0]).toEqual([0.3, 0.6]);
    sketch.undo();
    expect(sketch.masks[0]?.[0]).toEqual([0.1, 0.5]);
    sketch.undo();
    expect(sketch.masks).toEqual([]);
    expect([sketch.canUndo, sketch.changed]).toEqual([false, false]);
    sketch.redo();
    sketch.redo();
    expect(sketch.masks[0]?.[0]).toEqual([0.3, 0.6]);
    expect(sketch.canRedo).toBe(false);
  });
  it("takes back corners of what is not closed yet, then the drawing itself", () => {
    const sketch = new Sketch();
    sketch.draw("zone", "area 1");
    sketch.point([0.1, 0.1]);
    sketch.undo();
    expect(sketch.open).toEqual([]);
    sketch.undo();
    expect(sketch.open).toBeNull();
  });
  it("takes corners from a zone until three are left, then the zone", () => {
    const sketch = new Sketch();
    sketch.begin(planOf({ zones: [{ name: "halaman", points: SQUARE }] }));
    sketch.cut(0, 0);
    expect(sketch.masks[0]?.length).toBe(3);
    sketch.cut(0, 0);
    expect(sketch.masks).toEqual([]);
  });
  it("turns a line around", () => {
    const sketch = drawn();
    sketch.turn(0);
    expect(sketch.masks[0]?.[0]).toEqual([1, 0.5]);
  });
});

it("a rule's form comes from its schema", () => {
  const fields = fieldsOf({
    $defs: {
      Thing: { enum: ["car", "bus"], type: "string" },
      Movement: {
        type: "object",
        properties: {
          name: { type: "string" },
          from: { type: "string", pattern: "^[^\\x00-\\x1f]+$" },
          to: { type: "string" },
          weekdays: { type: "array", items: { type: "integer", minimum: 0, maximum: 6 } },
        },
        required: ["name", "from"],
      },
    },
    properties: {
      lines: { type: "array", items: { type: "string" }, default: [] },
      movements: { type: "array", items: { $ref: "#/$defs/Movement" }, default: [] },
      classes: { type: "array", items: { $ref: "#/$defs/Thing" } },
      units: {
        type: "object",
        propertyNames: { $ref: "#/$defs/Thing" },
        additionalProperties: { type: "number", maximum: 20 },
      },
      zone: { type: "string" },
      limit_s: { anyOf: [{ type: "number", minimum: 1 }, { type: "null" }], default: null },
    },
    required: ["zone"],
  });
  expect(fields.map(({ name, kind }) => [name, kind])).toEqual([
    ["lines", "shapes"],
    ["movements", "list"],
    ["classes", "choices"],
    ["units", "weights"],
    ["zone", "shape"],
    ["limit_s", "number"],
  ]);
  expect(fields[1]?.parts.map(({ kind }) => kind)).toEqual(["text", "shape", "time", "weekdays"]);
  expect(fields[2]?.choices).toEqual(["car", "bus"]);
  expect(missingIn({ zone: "" }, fields)).toEqual([]);
  expect(missingIn({}, fields).map(({ name }) => name)).toEqual(["zone"]);
  expect(newRule(planOf(DOCUMENT), 0, fields)).toEqual({ zone: "halaman" });
  expect([fields[4]?.required, fields[5]?.least]).toEqual([true, 1]);
});

describe("counts", () => {
  const START = Date.parse("2026-11-21T02:00:00Z");
  const count = (minute: number, direction: string, many: number, label = "car"): Count => ({
    at: new Date(START + minute * 60_000).toISOString(),
    line: "mulut gang",
    direction,
    label,
    count: many,
    speed_kmh: many > 2 ? 20 : null,
    eye: { id: "builtin", version: "1" },
  });
  const gap = (from: number, to: number, lasts = false): Gap => ({
    from: new Date(START + from * 60_000).toISOString(),
    to: new Date(START + to * 60_000).toISOString(),
    cause: "worker-died",
    lasts,
    problem: "",
  });
  const counts = [count(1, "masuk", 2), count(1, "masuk", 1, "bus"), count(5, "keluar", 4)];
  const times = steps(START, START + 8 * 60_000, 60_000);
  it("are nothing where nobody looked, and zero where nothing passed", () => {
    const curves = curvesOf(counts, [gap(2, 4)], times, 60_000, START + 60_000);
    expect(curves).toEqual([
      { name: "keluar", values: [null, 0, null, null, 0, 4, 0, 0] },
      { name: "masuk", values: [null, 3, null, null, 0, 0, 0, 0] },
    ]);
    const open = curvesOf(counts, [gap(5.5, 5.6, true)], times, 60_000, -Infinity);
    expect(open[0]?.values).toEqual([0, 0, 0, 0, 0, 4, null, null]);
  });
  it("are summed by direction and class, speeds by how many", () => {
    const [line] = byLine(counts);
    expect(line?.total).toBe(7);
    expect(line?.sums[0]).toEqual({ direction: "keluar", label: "car", count: 4, speed: 20 });
    expect(line?.eyes).toEqual([{ id: "builtin", version: "1" }]);
  });
  it("show every line that is drawn, and what is no longer drawn but was counted", () => {
    const of = (some: Count[]) => ({ timezone: "Asia/Jakarta", counts: some, gaps: [] });
    const lines = shown(of(counts), of([...counts, count(-60, "masuk", 3)]), times, ["baru"]);
    expect(lines.map(({ line, hour, day }) => [line, hour, day])).toEqual([
      ["baru", 0, 0],
      ["mulut gang", 7, 10],
    ]);
    expect(lines[1]?.curves[0]?.values[0]).toBe(0);
  });
});

it("boxes are those of the picture on the screen, never of a later one or of long ago", () => {
  const sight = (at: string) => ({ at, eye: { id: "builtin", version: "1" }, boxes: [], passed: [] });
  const sights = [sight("2026-11-21T02:00:00.000Z"), sight("2026-11-21T02:00:01.000Z")];
  const at = (time: string) => sightAt(sights, Date.parse(time));
  expect(at("2026-11-21T02:00:00.900Z")).toBe(sights[0]);
  expect(at("2026-11-21T01:59:59.000Z")).toBeNull();
  expect(at("2026-11-21T02:00:09.000Z")).toBeNull();
});

it("numbers are listed as people write them", () => {
  expect(numbersOf("4; 2,5; 1")).toEqual([4, 2.5, 1]);
  expect(numbersOf("4, 2.5 1")).toEqual([4, 2.5, 1]);
  expect(numbersOf("empat")).toBeNull();
});
