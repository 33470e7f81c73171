import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Cascader } from "antd";
import { useEffect, useState } from "react";

import { type Schemas, api, ask } from "../api/client";

type Region = Schemas["DivisionView"];

interface Option {
  value: string;
  label: string;
  isLeaf: boolean;
  children?: Option[];
}

const LEVELS = [2, 4, 6, 9];

/** The codes from the root down to a division. */
function chain(root: string, code: string): string[] {
  return LEVELS.filter((digits) => digits >= root.length && digits <= code.length).map((digits) => code.slice(0, digits));
}

/** What typing finds: divisions by their own name. A county's name is not to bring up all of its towns. */
const SEARCH = {
  filter: (text: string, path: { label?: unknown }[]) => String(path.at(-1)?.label ?? "").includes(text.trim()),
  render: (_: string, path: { label?: unknown }[]) => path.slice(-2).map((own) => String(own.label)).join(" / "),
};

/** Chooses a division within `root`, level by level or by typing its name; towns are the last level. */
export function RegionPicker(props: {
  root: string;
  value?: string | undefined;
  onChange?: (code: string | undefined) => void;
  placeholder?: string;
  townOnly?: boolean;
  clearable?: boolean;
  id?: string;
}) {
  const { root, value, onChange, placeholder = "选择行政区划", townOnly = false, clearable = true, id } = props;
  const queries = useQueryClient();
  const [options, setOptions] = useState<Option[]>([]);
  // once it is opened, all of a city is at hand, so that typing finds every town
  const [whole, setWhole] = useState(false);
  const load = (parent: string) =>
    queries.fetchQuery({
      queryKey: ["regions", parent],
      queryFn: () => ask(api.GET("/api/regions", { params: { query: { parent } } })),
      staleTime: 60_000,
    });
  const top = useQuery({
    queryKey: ["region", root],
    queryFn: () => ask(api.GET("/api/regions/{code}", { params: { path: { code: root } } })),
    enabled: root !== "",
    staleTime: 60_000,
  });
  const option = (region: Region): Option => ({ value: region.code, label: region.name, isLeaf: region.code.length >= 9 });
  const codes = value ? chain(root, value) : [];
  const key = codes.join("/");
  useEffect(() => {
    let alive = true;
    const build = async () => {
      const first = root === "" ? (await load("")).map(option) : top.data ? [option(top.data)] : [];
      if (whole && root.length >= 4) {
        const fill = (level: Option[]): Promise<unknown> =>
          Promise.all(
            level.map(async (own) => {
              if (own.isLeaf) return;
              own.children = (await load(own.value)).map(option);
              await fill(own.children);
            }),
          );
        await fill(first);
      }
      // the levels down to the chosen division are shown at once
      let level = first;
      for (const code of key === "" ? [] : key.split("/")) {
        const here = level.find((own) => own.value === code);
        if (!here || here.isLeaf) break;
        here.children ??= (await load(code)).map(option);
        level = here.children;
      }
      if (alive) setOptions([...first]);
    };
    void build();
    return () => {
      alive = false;
    };
    // eslint-disable-next-line react-hooks/exhaustive-deps -- `load` and `option` only read the cache
  }, [root, key, top.data, whole]);
  return (
    <Cascader
      id={id ?? ""}
      style={{ minWidth: 190, width: "100%" }}
      options={options}
      value={codes}
      changeOnSelect={!townOnly}
      allowClear={clearable}
      placeholder={placeholder}
      showSearch={SEARCH}
      notFoundContent="没有这个名称的区划。"
      onOpenChange={(open) => open && setWhole(true)}
      displayRender={(labels) => labels.slice(-2).join(" / ")}
      loadData={(path) => {
        const last = path.at(-1);
        if (!last) return;
        void load(String(last.value)).then((regions) => {
          last.children = regions.map(option);
          setOptions((before) => [...before]);
        });
      }}
      onChange={(path) => onChange?.(path?.at(-1)?.toString())}
    />
  );
}
