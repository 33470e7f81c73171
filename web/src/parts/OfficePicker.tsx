import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Select } from "antd";
import { useEffect, useState } from "react";

import { api, ask } from "../api/client";
import { useMay, useSession } from "../app/session";

/** Text that has stood still for a moment, so that not every letter asks the server. */
function useSettled(text: string): string {
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), 250);
    return () => clearTimeout(timer);
  }, [text]);
  return settled;
}

/**
 * Chooses an office that answers for a division: its own first, then those of the wider ones; with `below` also those within it,
 * which may be hundreds and are found by typing.
 */
export function OfficePicker(props: {
  region: string;
  below?: boolean;
  value: string | null | undefined;
  /** How the chosen one is called: one of a wider area stays readable, though it is not offered here. */
  name: string | null | undefined;
  onChange: (id: string | null) => void;
  label: string;
  disabled?: boolean;
  saving?: boolean;
}) {
  const { region, below = false, value, name, onChange, label, disabled = false, saving = false } = props;
  const session = useSession();
  const may = useMay();
  const [typed, setTyped] = useState("");
  const q = useSettled(typed.trim());
  const list = (query: { answers_for?: string; region?: string }) => ({
    queryKey: ["agencies", "picker", query, q],
    queryFn: () => ask(api.GET("/api/agencies", { params: { query: { ...query, limit: 200, ...(q ? { q } : {}) } } })),
    enabled: may("list_agencies"),
    placeholderData: keepPreviousData,
  });
  const over = useQuery(list({ answers_for: region }));
  const within = useQuery({ ...list({ region }), enabled: below && may("list_agencies") });
  const found = [...(over.data?.items ?? []), ...(within.data?.items ?? []).filter((own) => own.region !== region)];
  // the own division, then the wider ones from near to far, then those within it in the order of their codes
  const place = (code: string) => (code.length <= region.length ? String(region.length - code.length) : `9${code}`);
  const groups = [...new Set(found.map((own) => own.region))]
    .sort((a, b) => place(a).localeCompare(place(b)))
    .map((code) => {
      const offices = found.filter((own) => own.region === code);
      const full = offices[0]?.region_name ?? code;
      const short = full.length > session.region.name.length && full.startsWith(session.region.name) ? full.slice(session.region.name.length) : full;
      return { label: short, title: short, options: offices.map((own) => ({ value: own.id, label: own.name })).sort((a, b) => a.label.localeCompare(b.label, "zh")) };
    });
  const known = !value || typed !== "" || found.some((own) => own.id === value);
  return (
    <Select
      aria-label={label}
      style={{ width: "100%" }}
      allowClear
      showSearch={{ filterOption: false, searchValue: typed, onSearch: setTyped }}
      placeholder="选择机构，可输入名称"
      value={value ?? null}
      disabled={disabled}
      loading={over.isLoading || within.isLoading || saving}
      notFoundContent={typed ? "没有这个名称的机构。" : "这个地方还没有登记机构，请系统管理员先在“机构”中登记。"}
      options={known ? groups : [{ label: "原来的机构", title: "原来的机构", options: [{ value, label: name ?? "原来的机构" }] }, ...groups]}
      onChange={(id: string | null | undefined) => onChange(id ?? null)}
    />
  );
}
