/** A map file of 10,000 cameras in the format of the server, made by arithmetic: the same each time. */
import type { MapFile } from "../src/lib/portal/city";

const KINDS = ["main-road", "market", "rt", "infrastructure", "kelurahan-office"];
const KECAMATAN = ["Semarang Tengah", "Semarang Barat", "Tugu", "Gunungpati"];
const KELURAHAN = ["Krapyak", "Kalibanteng Kulon", "Sekaran", "Pekunden", "Bongsari", "Jerakah"];

function differences(column: number[]): number[] {
  return column.map((value, at) => value - (column[at - 1] ?? 0));
}

export function makeMapFile(count = 10_000): MapFile {
  const code = ["33.74"];
  const name = ["Semarang"];
  for (const [at, kecamatan] of KECAMATAN.entries()) {
    const own = `33.74.${String(at + 1).padStart(2, "0")}`;
    code.push(own);
    name.push(kecamatan);
    for (const [row, kelurahan] of KELURAHAN.entries()) {
      code.push(`${own}.${1001 + row}`);
      name.push(at === 0 ? kelurahan : `${kelurahan} ${at}`);
    }
  }
  const leaves = code.map((_, row) => row).filter((row) => code[row]?.split(".").length === 4);
  const sites = Array.from({ length: Math.ceil(count / 2) }, (_, row) => {
    const area = leaves[row % leaves.length] ?? 1;
    const kind = row % 50 < 2 ? 0 : row % 50 === 2 ? 1 : row % 50 === 3 ? 3 : row % 50 === 4 ? 4 : 2;
    return {
      area,
      kind,
      lat: -698_000 - ((row * 7919) % 9000),
      lon: 11_035_000 + ((row * 104_729) % 12_000),
      name: siteName(row, kind, name[area] ?? ""),
    };
  });
  return {
    revision: "1",
    kinds: KINDS,
    modes: ["live", "stills", "stills-without-people", "live-in-hours", "delayed"],
    agencies: [
      { id: "diskominfo", name: "Diskominfo" },
      { id: "dishub", name: "Dishub" },
    ],
    areas: {
      code,
      name,
      lat: differences(code.map((_, row) => -6990 - row)),
      lon: differences(code.map((_, row) => 110_400 + row)),
    },
    sites: {
      lat: differences(sites.map((site) => site.lat)),
      lon: differences(sites.map((site) => site.lon)),
      area: sites.map((site) => site.area),
      kind: sites.map((site) => site.kind),
      name: sites.map((site) => site.name),
      agency: sites.map((site) => (site.kind === 0 ? 1 : 0)),
    },
    cameras: {
      id: Array.from({ length: count }, (_, row) => `kamera-${row + 1}`),
      name: Array.from({ length: count }, (_, row) => (row % 2 === 0 ? "gang masuk" : "pos")),
      site: Array.from({ length: count }, (_, row) => Math.floor(row / 2)),
      mode: Array.from({ length: count }, (_, row) => (row % 10 === 0 ? row % 5 : 0)),
      working: Array.from({ length: count }, (_, row) => (row % 10 < 7 ? 1 : 0)),
      bearing: Array.from({ length: count }, (_, row) => (row * 37) % 360),
    },
  };
}

function siteName(row: number, kind: number, area: string): string {
  if (kind === 0) return `Jalan Pemuda ${row}`;
  if (kind === 1) return `Pasar Johar ${row}`;
  if (kind === 3) return `Rumah Pompa Kaligawe ${row}`;
  if (kind === 4) return `Kantor Kelurahan ${area}`;
  return `RT ${(row % 9) + 1} RW ${(row % 12) + 1} ${area}`;
}
