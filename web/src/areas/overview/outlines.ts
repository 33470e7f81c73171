import { useQuery } from "@tanstack/react-query";
import { MapChart, ScatterChart } from "echarts/charts";
import { GeoComponent, TooltipComponent, VisualMapComponent } from "echarts/components";
import * as echarts from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";

echarts.use([MapChart, ScatterChart, GeoComponent, TooltipComponent, VisualMapComponent, CanvasRenderer]);

export { echarts };

export interface Shape {
  type: "FeatureCollection";
  features: { properties: { code?: string; name?: string; cp?: number[] }; geometry: unknown }[];
}

async function readShape(city: string): Promise<Shape | null> {
  const answer = await fetch(`/outlines/${city}.json`);
  return answer.ok ? ((await answer.json()) as Shape) : null;
}

/** The outlines of a city's counties; null where there are none. */
export function useShape(city: string) {
  return useQuery({ queryKey: ["outline", city], queryFn: () => readShape(city), staleTime: Infinity });
}

/** Text on a map. */
export const TEXT = { color: "#1b2533", fontSize: 12, textBorderColor: "#fff", textBorderWidth: 2 };

/** What lies within a division of it: outlines there are of counties only. */
export function within(shape: Shape | null | undefined, region: string): Shape["features"] {
  return shape?.features.filter((feature) => feature.properties.code?.startsWith(region.slice(0, 6)) ?? false) ?? [];
}
