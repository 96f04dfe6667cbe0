/** The map of a trace: numbered pins in time, joined by lines. Loaded only when a board has places. */
import {
  LngLatBounds,
  Map as MapLibre,
  Marker,
  setWorkerUrl,
  type GeoJSONSource,
  type StyleSpecification,
} from "maplibre-gl";
import "maplibre-gl/dist/maplibre-gl.css";
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?url";
import type { Leg, Pin } from "../traces/way";
import { baseLayers, baseSources, nameLayers, type BaseMap } from "./base";
import { draw } from "./lettering";
import { readPalette } from "./palette";
import { groundOf, type Opened } from "./tiles";

setWorkerUrl(workerUrl);

export interface TraceDrawn {
  base: BaseMap;
  ground: Opened | null;
  pins: readonly Pin[];
  legs: readonly Leg[];
  label: string;
  wheelHint: string;
  touchHint: string;
  /** What a pin is called. */
  pinLabel: (numbers: string, name: string) => string;
}

const LINE_PX = 4;
const CLOSEST = 17;

export class TraceMap {
  #map: MapLibre;
  #drawn: TraceDrawn;
  #markers: Marker[] = [];
  #picked: (number: number) => void;

  constructor(container: HTMLElement, drawn: TraceDrawn, picked: (number: number) => void) {
    this.#drawn = drawn;
    this.#picked = picked;
    this.#map = new MapLibre({
      container,
      style: this.#style(),
      bounds: boundsOf(drawn.pins),
      fitBoundsOptions: { padding: 48, maxZoom: CLOSEST },
      maxZoom: 19,
      minZoom: 9,
      attributionControl: false,
      dragRotate: false,
      pitchWithRotate: false,
      touchPitch: false,
      fadeDuration: 0,
      cooperativeGestures: true,
      // A board is printed, its map with it.
      canvasContextAttributes: { preserveDrawingBuffer: true },
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
    this.#pin();
  }

  /** Show the board as it is now. */
  show(pins: readonly Pin[], legs: readonly Leg[]): void {
    const grown = pins.length !== this.#drawn.pins.length;
    this.#drawn = { ...this.#drawn, pins, legs };
    this.#map.getSource<GeoJSONSource>("legs")?.setData(linesOf(legs));
    this.#pin();
    if (grown && pins.length > 0)
      this.#map.fitBounds(boundsOf(pins), { padding: 48, maxZoom: CLOSEST, animate: false });
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

  #pin(): void {
    for (const marker of this.#markers) marker.remove();
    this.#markers = this.#drawn.pins.map(({ lat, lon, numbers, name }) => {
      const element = document.createElement("button");
      element.type = "button";
      element.className = "trace-pin";
      element.textContent = numbers.join(" · ");
      element.setAttribute("aria-label", this.#drawn.pinLabel(numbers.join(", "), name));
      element.addEventListener("click", (event) => {
        event.stopPropagation();
        this.#picked(numbers[0] ?? 1);
      });
      return new Marker({ element, anchor: "center" }).setLngLat([lon, lat]).addTo(this.#map);
    });
  }

  #style(): StyleSpecification {
    const palette = readPalette();
    const { base, legs } = this.#drawn;
    const ground = groundOf(this.#drawn.ground, palette);
    const own = ground.layers.length === 0;
    const line = (id: string, state: string, dashes: boolean): StyleSpecification["layers"][number] => ({
      id,
      type: "line",
      source: "legs",
      filter: ["==", ["get", "state"], state],
      layout: { "line-cap": dashes ? "butt" : "round" },
      paint: {
        "line-color": palette["focus"],
        "line-width": LINE_PX,
        ...(dashes ? { "line-dasharray": [1.5, 1.5] } : {}),
      },
    });
    return {
      version: 8,
      sources: { ...ground.sources, ...baseSources(base), legs: { type: "geojson", data: linesOf(legs) } },
      layers: [
        { id: "sea", type: "background", paint: { "background-color": palette["map-water"] } },
        ...ground.layers,
        ...(own ? baseLayers(palette) : []),
        ...(own ? nameLayers() : []),
        line("proposed", "proposed", true),
        line("confirmed", "confirmed", false),
      ],
    };
  }
}

function boundsOf(pins: readonly Pin[]): LngLatBounds {
  const bounds = new LngLatBounds();
  for (const { lat, lon } of pins) bounds.extend([lon, lat]);
  return bounds;
}

function linesOf(legs: readonly Leg[]): GeoJSON.FeatureCollection {
  return {
    type: "FeatureCollection",
    features: legs.map(({ state, from, to }) => ({
      type: "Feature",
      geometry: {
        type: "LineString",
        coordinates: [
          [from.lon, from.lat],
          [to.lon, to.lat],
        ],
      },
      properties: { state },
    })),
  };
}
