import { SearchOutlined } from "@ant-design/icons";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { AutoComplete, Input } from "antd";
import { useDeferredValue, useState } from "react";
import { useNavigate } from "react-router";

import { api, ask } from "../api/client";

/** What has a page of its own, by its kind; everything else is shown in the archive of its enterprise. */
const PAGES: Record<string, string> = {
  danger: "/dangers",
  danger_notice: "/danger-notices",
  hazard_source: "/hazards",
  hazard_filing: "/hazard-filings",
  enforcement_document: "/enforcement-documents", penalty: "/penalties",
  alarm: "/monitoring/alarms",
};

/** The one search box: any part of a name, pinyin, initials, a code, an address, a person. */
export function SearchBox() {
  const navigate = useNavigate();
  const [text, setText] = useState("");
  const asked = useDeferredValue(text.trim());
  const found = useQuery({
    queryKey: ["search", asked],
    queryFn: () => ask(api.GET("/api/search", { params: { query: { q: asked } } })),
    enabled: asked !== "",
    placeholderData: keepPreviousData,
  });
  const groups = asked === "" ? [] : (found.data?.groups ?? []);
  const all = { value: "all", label: `在企业名单中查看“${asked}”的全部结果` };
  const options = groups.map((group) => ({
    label: group.label,
    options: [
      ...group.items.map((item) => ({
        // what answered the letters before these must not be opened in their place
        disabled: found.isPlaceholderData,
        value: item.section && PAGES[item.section] ? `${PAGES[item.section] ?? ""}/${item.city}/${item.id}` : `/enterprises/${item.city}/${item.enterprise}${item.section ? `?tab=archive&section=${item.section}&record=${item.id}` : ""}`,
        label: (
          <div className="search-option">
            {item.title}
            <small>{group.kind === "enterprise" ? `${item.region}\u3000${item.subtitle}` : `${item.subtitle}\u3000${item.region}`}</small>
          </div>
        ),
      })),
      ...(group.more && group.kind === "enterprise" ? [all] : []),
    ],
  }));
  const open = (value: string) => {
    setText("");
    void navigate(value === "all" ? `/enterprises?q=${encodeURIComponent(asked)}` : value);
  };
  return (
    <AutoComplete
      value={text}
      options={options}
      onChange={setText}
      onSelect={open}
      style={{ width: "100%", maxWidth: 420 }}
      popupMatchSelectWidth={Math.min(520, window.innerWidth - 24)}
      notFoundContent={asked !== "" && found.isSuccess && !found.isPlaceholderData ? "没有找到。可试试名称中的两个字、拼音首字母或信用代码开头。" : null}
    >
      <Input
        aria-label="搜索"
        prefix={<SearchOutlined />}
        placeholder="名称、拼音首字母、信用代码、地址、人员、证照编号、化学品"
        allowClear
        onPressEnter={() => {
          if (asked !== "" && groups.length === 0) open("all");
        }}
      />
    </AutoComplete>
  );
}
