/** How the entries of each register are edited: their fields, an empty one, and what is sent back. */
import type { Doc, Entity, Register } from "../api/registry";
import { AGENCY, AREA, PARTNER, RECORDER, SITE, type Section } from "./fields";

interface Shape {
  sections: readonly Section[];
  empty: Doc;
}

export const SHAPES: Record<Register, Shape> = {
  areas: { sections: AREA, empty: { name: "", lat: null, lon: null, outline: null } },
  sites: {
    sections: SITE,
    empty: {
      name: "",
      kind: "rt",
      area: "",
      lat: null,
      lon: null,
      agency: null,
      partner: null,
      address: "",
      link: null,
      tower: null,
    },
  },
  recorders: {
    sections: RECORDER,
    empty: { site: null, brand: "", model: "", serial: "", channels: 4, address: "" },
  },
  agencies: { sections: AGENCY, empty: { name: "" } },
  partners: {
    sections: PARTNER,
    empty: {
      name: "",
      number: "",
      start: null,
      end: null,
      scope: "always",
      hours: [],
      public: false,
      consent: "",
      revoked: null,
    },
  },
};

/** The document as it is sent: hours only where the scope has them. */
export function sent(register: Register, id: string, document: Doc): Entity {
  const whole = { ...document, id };
  if (register === "partners" && document["scope"] !== "hours") return { ...whole, hours: [] } as Entity;
  return whole as Entity;
}
