/** A map for saying where something is: click it, drag the pin, or move the pin with the arrow keys. Owns MapLibre. */
import {
  Map as MapLibre,
  Marker,
  setWorkerUrl,
  type GeoJSONSource,
  type StyleSpecification,
} from "maplibre-gl";
import "maplibre-gl/dist/maplibre-gl.css";
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?url";
import type { Spot } from "../portal/distance";
import { baseLayers, baseSources, nameLayers, type BaseMap } from "./base";
import { draw, imageName } from "./lettering";
import { readPalette } from "./palette";
import { groundOf, type Opened } from "./tiles";
import { viewOf, type View } from "./view";

setWorkerUrl(workerUrl);

export interface Neighbour extends Spot {
  name: string;
}

export interface SpotDrawn {
  base: BaseMap;
  ground: Opened | null;
  /** Where the map begins when nothing is placed yet. */
  centre: Spot;
  spot: Spot | null;
  view: View;
  /** From where the view is drawn while nothing is placed: a camera without a place of its own hangs at its site. */
  anchor?: Spot | null;
  neighbours: readonly Neighbour[];
  label: string;
  pinLabel: string;
  /** What is said over the map when somebody scrolls over it, with a wheel and with one finger. */
  wheelHint: string;
  touchHint: string;
}

const NONE: GeoJSON.FeatureCollection = { type: "FeatureCollection", features: [] };
const AT_SPOT = 16;
const FROM_AFAR = 12;
const STEP_PX = 3;
const LEAP_PX = 24;
const STEPS: Record<string, [number, number]> = {
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
};

export class SpotMap {
  #map: MapLibre;
  #drawn: SpotDrawn;
  #pin: Marker;
  #picked: (spot: Spot) => void;

  constructor(container: HTMLElement, drawn: SpotDrawn, picked: (spot: Spot) => void) {
    this.#drawn = drawn;
    this.#picked = picked;
    const { lon, lat } = drawn.spot ?? drawn.centre;
    this.#map = new MapLibre({
      container,
      style: this.#style(),
      center: [lon, lat],
      zoom: drawn.spot ? AT_SPOT : FROM_AFAR,
      maxZoom: 19,
      minZoom: 9,
      attributionControl: false,
      dragRotate: false,
      pitchWithRotate: false,
      touchPitch: false,
      fadeDuration: 0,
      // A page is scrolled over it: two fingers, or Ctrl and the wheel, move and zoom the map.
      cooperativeGestures: true,
      locale: {
        "Map.Title": drawn.label,
        "CooperativeGesturesHandler.WindowsHelpText": drawn.wheelHint,
        "CooperativeGesturesHandler.MacHelpText": drawn.wheelHint,
        "CooperativeGesturesHandler.MobileHelpText": drawn.touchHint,
      },
    });
    this.#map.touchZoomRotate.disableRotation();
    this.#map.setMissingStyleImageResolver((name) => {
      const letters = draw(name, readPalette());
      if (letters && !this.#map.hasImage(name)) {
        this.#map.addImage(name, letters.image, { pixelRatio: letters.pixelRatio });
      }
    });
    this.#map.on("error", () => undefined);
    this.#map.on("click", ({ lngLat }) => this.#pick({ lat: lngLat.lat, lon: lngLat.lng }));
    this.#pin = new Marker({ element: this.#handle(), draggable: true, anchor: "center" });
    this.#pin.on("dragend", () => {
      const { lat, lng } = this.#pin.getLngLat();
      this.#pick({ lat, lon: lng });
    });
    if (drawn.spot) this.#pin.setLngLat([lon, lat]).addTo(this.#map);
  }

  /** Show where it is now, and which way it looks; the map follows what lies outside it. */
  show(spot: Spot | null, view: View, anchor: Spot | null = null): void {
    this.#drawn = { ...this.#drawn, spot, view, anchor };
    this.#map.getSource<GeoJSONSource>("view")?.setData(viewOf(spot ?? anchor, view));
    if (!spot) {
      this.#pin.remove();
      return;
    }
    this.#pin.setLngLat([spot.lon, spot.lat]).addTo(this.#map);
    if (!this.#map.getBounds().contains([spot.lon, spot.lat])) this.goTo(spot);
  }

  /** Show what else stands around. */
  surround(neighbours: readonly Neighbour[]): void {
    this.#drawn = { ...this.#drawn, neighbours };
    this.#map.getSource<GeoJSONSource>("neighbours")?.setData(pointsOf(neighbours));
  }

  goTo({ lat, lon }: Spot, zoom = AT_SPOT): void {
    this.#map.jumpTo({ center: [lon, lat], zoom });
  }

  zoomBy(steps: number): void {
    this.#map.jumpTo({ zoom: this.#map.getZoom() + steps });
  }

  /** The theme has changed. */
  repaint(): void {
    for (const name of this.#map.listImages()) this.#map.removeImage(name);
    this.#map.setStyle(this.#style(), { diff: false });
  }

  close(): void {
    this.#map.remove();
  }

  #handle(): HTMLElement {
    const handle = document.createElement("button");
    handle.type = "button";
    handle.className = "spot-pin";
    handle.setAttribute("aria-label", this.#drawn.pinLabel);
    handle.addEventListener("click", (event) => event.stopPropagation());
    handle.addEventListener("keydown", (event) => {
      const step = STEPS[event.key];
      if (!step) return;
      event.preventDefault();
      event.stopPropagation();
      const far = event.shiftKey ? LEAP_PX : STEP_PX;
      const at = this.#map.project(this.#pin.getLngLat());
      const { lat, lng } = this.#map.unproject([at.x + step[0] * far, at.y + step[1] * far]);
      this.#pick({ lat, lon: lng });
    });
    return handle;
  }

  #pick({ lat, lon }: Spot): void {
    this.#picked({ lat: rounded(lat), lon: rounded(lon) });
  }

  #style(): StyleSpecification {
    const palette = readPalette();
    const { base, spot, view, anchor, neighbours } = this.#drawn;
    const ground = groundOf(this.#drawn.ground, palette);
    const own = ground.layers.length === 0;
    return {
      version: 8,
      sources: {
        ...ground.sources,
        ...baseSources(base),
        neighbours: { type: "geojson", data: pointsOf(neighbours) },
        view: { type: "geojson", data: viewOf(spot ?? anchor ?? null, view) },
      },
      layers: [
        { id: "sea", type: "background", paint: { "background-color": palette["map-water"] } },
        ...ground.layers,
        ...(own ? baseLayers(palette) : []),
        ...(own ? nameLayers() : []),
        {
          id: "view",
          type: "fill",
          source: "view",
          paint: { "fill-color": palette["focus"], "fill-opacity": 0.35 },
        },
        {
          id: "neighbours",
          type: "circle",
          source: "neighbours",
          paint: {
            "circle-color": palette["quiet"],
            "circle-radius": ["interpolate", ["linear"], ["zoom"], 11, 3, 16, 6],
            "circle-stroke-color": palette["paper"],
            "circle-stroke-width": 1.5,
          },
        },
        {
          id: "neighbour-names",
          type: "symbol",
          source: "neighbours",
          minzoom: 15,
          layout: { "icon-image": ["concat", imageName("place"), ["get", "name"]], "icon-offset": [0, 14] },
        },
      ],
    };
  }
}

/** About a tenth of a metre: more is not known of any pole. */
function rounded(degrees: number): number {
  return Math.round(degrees * 1e6) / 1e6;
}

function pointsOf(neighbours: readonly Neighbour[]): GeoJSON.FeatureCollection {
  if (neighbours.length === 0) return NONE;
  return {
    type: "FeatureCollection",
    features: neighbours.map(({ name, lat, lon }) => ({
      type: "Feature",
      geometry: { type: "Point", coordinates: [lon, lat] },
      properties: { name },
    })),
  };
}
