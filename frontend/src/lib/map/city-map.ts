/** The map itself: owns MapLibre, its sources and what is chosen on it. Loaded only when a map is wanted. */
import {
  Map as MapLibre,
  Point,
  setWorkerUrl,
  type GeoJSONSource,
  type LngLatBoundsLike,
  type MapGeoJSONFeature,
  type MapMouseEvent,
  type PointLike,
  type StyleSpecification,
} from "maplibre-gl";
import "maplibre-gl/dist/maplibre-gl.css";
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?url";
import { tongue } from "../i18n/tongue.svelte";
import type { Spot } from "../portal/distance";
import type { Box } from "../portal/filter";
import { baseLayers, baseSources, nameLayers, type BaseMap } from "./base";
import { draw } from "./lettering";
import { readPalette, type Palette } from "./palette";
import { ME, SITES, WIFI, mePoint, siteLayers, siteSource } from "./sites";
import { groundOf, type Opened } from "./tiles";

// A file of ours, as the page's policy allows no worker made of text.
setWorkerUrl(workerUrl);

export interface MapEvents {
  /** Somebody chose a site, or nothing (null). */
  onSite(row: number | null): void;
  /** The map rests and shows this. */
  onBox(box: Box): void;
}

export interface Drawn {
  base: BaseMap;
  /** The ground that the city has set; null for the map that ships. */
  ground: Opened | null;
  sites: GeoJSON.FeatureCollection;
  /** What is seen first: a spot from near by, else a box. */
  at: Spot | null;
  box: Box | null;
  label: string;
}

const CLOSEST = 18;
const HIT_PX = 10;
const NEAR_ZOOM = 16;
const NONE: GeoJSON.FeatureCollection = { type: "FeatureCollection", features: [] };

export class CityMap {
  #map: MapLibre;
  #drawn: Drawn;
  /** Colours of the theme that is drawn now: reading them makes the page work out its styles. */
  #palette: Palette = readPalette();
  #chosen = -1;
  #wifi: GeoJSON.FeatureCollection | null = null;
  #me = mePoint(null);

  constructor(container: HTMLElement, drawn: Drawn, events: MapEvents) {
    this.#drawn = drawn;
    this.#map = new MapLibre({
      container,
      style: this.#style(),
      ...(drawn.at
        ? { center: [drawn.at.lon, drawn.at.lat] as [number, number], zoom: NEAR_ZOOM }
        : { bounds: drawn.box ? boundsOf(drawn.box) : undefined }),
      fitBoundsOptions: { padding: 36, maxZoom: 16 },
      maxZoom: CLOSEST,
      minZoom: 9,
      attributionControl: false,
      dragRotate: false,
      pitchWithRotate: false,
      touchPitch: false,
      fadeDuration: 0,
      locale: { "Map.Title": drawn.label },
    });
    this.#map.touchZoomRotate.disableRotation();
    this.#map.keyboard.disableRotation();
    this.#map.setMissingStyleImageResolver((name) => {
      const letters = draw(name, this.#palette);
      if (letters && !this.#map.hasImage(name)) {
        this.#map.addImage(name, letters.image, { pixelRatio: letters.pixelRatio });
      }
    });
    // A tile that does not come leaves a hole in the ground; the cameras stay.
    this.#map.on("error", () => undefined);
    this.#map.on("click", (event) => void this.#clicked(event, events));
    this.#map.on("moveend", () => events.onBox(this.box));
    this.#map.on("mousemove", ({ point }) => {
      this.#map.getCanvas().style.cursor = this.#at(point).length > 0 ? "pointer" : "";
    });
  }

  get box(): Box {
    const bounds = this.#map.getBounds();
    return {
      west: bounds.getWest(),
      south: bounds.getSouth(),
      east: bounds.getEast(),
      north: bounds.getNorth(),
    };
  }

  /** Show these sites from now on. */
  show(sites: GeoJSON.FeatureCollection): void {
    this.#drawn = { ...this.#drawn, sites };
    const source = this.#map.getSource<GeoJSONSource>(SITES);
    if (source) source.setData(sites);
  }

  /** Show points of free wifi; null hides them. */
  showWifi(points: GeoJSON.FeatureCollection | null): void {
    this.#wifi = points;
    this.#map.getSource<GeoJSONSource>(WIFI)?.setData(points ?? NONE);
  }

  /** Show where this device is; null hides it. */
  showMe(spot: Spot | null): void {
    this.#me = mePoint(spot);
    this.#map.getSource<GeoJSONSource>(ME)?.setData(this.#me);
  }

  choose(row: number | null): void {
    this.#chosen = row ?? -1;
    if (this.#map.getLayer("chosen")) this.#map.setFilter("chosen", ["==", ["get", "row"], this.#chosen]);
  }

  /** The theme or the language has changed: draw everything in its colours and words. */
  repaint(): void {
    for (const name of this.#map.listImages()) this.#map.removeImage(name);
    this.#map.setStyle(this.#style(), { diff: false });
  }

  fit(box: Box): void {
    this.#map.fitBounds(boundsOf(box), { padding: 48, maxZoom: 16, animate: !still() });
  }

  goTo({ lat, lon }: Spot, zoom: number): void {
    this.#map.easeTo({ center: [lon, lat], zoom: Math.max(zoom, this.#map.getZoom()), animate: !still() });
  }

  /** Move a spot out from under what covers the lower left corner, so many px wide and high. */
  reveal({ lat, lon }: Spot, covered: { width: number; height: number }): void {
    const { x, y } = this.#map.project([lon, lat]);
    const free = this.#map.getContainer().clientHeight - covered.height;
    if (x > covered.width + HIT_PX || y < free - 2 * HIT_PX) return;
    this.#map.panBy([0, y - free / 2], { animate: !still() });
  }

  zoomBy(steps: number): void {
    this.#map.zoomTo(this.#map.getZoom() + steps, { animate: !still() });
  }

  close(): void {
    this.#map.remove();
  }

  #style(): StyleSpecification {
    const palette = (this.#palette = readPalette());
    const { base, sites } = this.#drawn;
    const ground = groundOf(this.#drawn.ground, palette);
    const own = ground.layers.length === 0;
    return {
      version: 8,
      sources: {
        ...ground.sources,
        ...baseSources(base),
        [SITES]: siteSource(sites),
        [ME]: { type: "geojson", data: this.#me },
        [WIFI]: { type: "geojson", data: this.#wifi ?? NONE },
      },
      layers: [
        { id: "sea", type: "background", paint: { "background-color": palette["map-water"] } },
        ...ground.layers,
        ...(own ? baseLayers(palette) : []),
        // Tiles of shapes bring no letters that could be drawn: the names are ours on them too.
        ...(this.#drawn.ground?.source.type === "raster" ? [] : nameLayers(own)),
        ...siteLayers(palette, tongue.language).map((layer) =>
          layer.id === "chosen" && layer.type === "circle"
            ? { ...layer, filter: ["==", ["get", "row"], this.#chosen] as ["==", ["get", string], number] }
            : layer,
        ),
      ],
    };
  }

  #at(point: PointLike): MapGeoJSONFeature[] {
    if (!this.#map.getLayer("sites")) return [];
    const { x, y } = Point.convert(point);
    // A finger is broad: what lies near it counts as hit.
    return this.#map.queryRenderedFeatures(
      [
        [x - HIT_PX, y - HIT_PX],
        [x + HIT_PX, y + HIT_PX],
      ],
      { layers: ["clusters", "sites"] },
    );
  }

  async #clicked(event: MapMouseEvent, events: MapEvents): Promise<void> {
    const hit = this.#at(event.point)[0];
    if (!hit || hit.geometry.type !== "Point") return events.onSite(null);
    const row: unknown = hit.properties["row"];
    if (typeof row === "number") return events.onSite(row);
    const source = this.#map.getSource<GeoJSONSource>(SITES);
    const zoom = await source?.getClusterExpansionZoom(Number(hit.properties["cluster_id"]));
    const [lon, lat] = hit.geometry.coordinates;
    if (zoom !== undefined && lon !== undefined && lat !== undefined) this.goTo({ lat, lon }, zoom + 0.2);
  }
}

function boundsOf({ west, south, east, north }: Box): LngLatBoundsLike {
  return [
    [west, south],
    [east, north],
  ];
}

/** Whether this person wants nothing to move by itself. */
function still(): boolean {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}
