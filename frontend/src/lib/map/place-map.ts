/** A small map on which one place is chosen. Loaded only when a place is wanted. */
import { Map as MapLibre, Marker, setWorkerUrl, type StyleSpecification } from "maplibre-gl";
import "maplibre-gl/dist/maplibre-gl.css";
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?url";
import type { MapTiles } from "../api/types";
import type { Spot } from "../portal/distance";
import { baseLayers, baseSources, nameLayers, type BaseMap } from "./base";
import { draw } from "./lettering";
import { readPalette } from "./palette";
import { groundOf, openGround, type Opened } from "./tiles";

setWorkerUrl(workerUrl);

const CLOSE = 15;
const WIDE = 11;
/** Five digits are a metre. */
const DIGITS = 5;

export class PlaceMap {
  #map: MapLibre;
  #base: BaseMap;
  #ground: Opened | null;
  #marker: Marker | null = null;

  private constructor(
    container: HTMLElement,
    base: BaseMap,
    ground: Opened | null,
    middle: Spot,
    label: string,
    onPlace: (spot: Spot) => void,
  ) {
    this.#base = base;
    this.#ground = ground;
    this.#map = new MapLibre({
      container,
      style: this.#style(),
      center: [middle.lon, middle.lat],
      zoom: WIDE,
      maxZoom: 18,
      minZoom: 9,
      attributionControl: false,
      dragRotate: false,
      pitchWithRotate: false,
      touchPitch: false,
      fadeDuration: 0,
      locale: { "Map.Title": label },
    });
    this.#map.touchZoomRotate.disableRotation();
    this.#map.setMissingStyleImageResolver((name) => {
      const letters = draw(name, readPalette());
      if (letters && !this.#map.hasImage(name)) {
        this.#map.addImage(name, letters.image, { pixelRatio: letters.pixelRatio });
      }
    });
    this.#map.on("click", ({ lngLat }) => onPlace(rounded({ lat: lngLat.lat, lon: lngLat.lng })));
  }

  static async open(
    container: HTMLElement,
    base: BaseMap,
    tiles: MapTiles | null,
    middle: Spot,
    label: string,
    onPlace: (spot: Spot) => void,
  ): Promise<PlaceMap> {
    return new PlaceMap(container, base, await openGround(tiles), middle, label, onPlace);
  }

  /** Put the mark at a place; null takes it away. */
  mark(spot: Spot | null): void {
    if (!spot) {
      this.#marker?.remove();
      this.#marker = null;
      return;
    }
    this.#marker ??= new Marker({ color: readPalette().focus })
      .setLngLat([spot.lon, spot.lat])
      .addTo(this.#map);
    this.#marker.setLngLat([spot.lon, spot.lat]);
  }

  /** Show a place from near. */
  goTo({ lat, lon }: Spot): void {
    this.#map.jumpTo({ center: [lon, lat], zoom: Math.max(CLOSE, this.#map.getZoom()) });
  }

  zoomBy(steps: number): void {
    this.#map.zoomTo(this.#map.getZoom() + steps, { animate: false });
  }

  /** The middle of what is shown: the place for those who use no pointer. */
  get middle(): Spot {
    const { lat, lng } = this.#map.getCenter();
    return rounded({ lat, lon: lng });
  }

  close(): void {
    this.#map.remove();
  }

  #style(): StyleSpecification {
    const palette = readPalette();
    const ground = groundOf(this.#ground, palette);
    const own = ground.layers.length === 0;
    return {
      version: 8,
      sources: { ...ground.sources, ...baseSources(this.#base) },
      layers: [
        { id: "sea", type: "background", paint: { "background-color": palette["map-water"] } },
        ...ground.layers,
        ...(own ? [...baseLayers(palette), ...nameLayers()] : []),
      ],
    };
  }
}

function rounded({ lat, lon }: Spot): Spot {
  return { lat: Number(lat.toFixed(DIGITS)), lon: Number(lon.toFixed(DIGITS)) };
}
