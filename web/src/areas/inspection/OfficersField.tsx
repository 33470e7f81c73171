import { useQuery } from "@tanstack/react-query";
import { Form, Select } from "antd";
import dayjs from "dayjs";

import { type Schemas, api, ask } from "../../api/client";

type Card = Schemas["OfficerCard"];

/** Who went last time, most likely go again. */
const USUAL = "anjian.visit.cards";

export function usual(known: string[]): string[] {
  const kept = (localStorage.getItem(USUAL) ?? "").split(",").filter((id) => known.includes(id));
  return kept.length === 2 ? kept : [];
}

export function remember(cards: string[]): void {
  localStorage.setItem(USUAL, cards.join(","));
}

/** The cards of the own area, and those that are valid today. */
export function useCards() {
  const cards = useQuery({ queryKey: ["officer-cards", "choose"], queryFn: () => ask(api.GET("/api/officer-cards", { params: { query: { limit: 200 } } })) });
  const today = dayjs().format("YYYY-MM-DD");
  const known = cards.data?.items ?? [];
  return { cards, known, valid: known.filter((card) => card.valid_from <= today && today <= card.valid_to) };
}

function choices(known: Card[], valid: Card[]) {
  return known.map((card) => {
    const ended = !valid.includes(card);
    return { value: card.id, label: `${card.name}（${card.agency_name}，${card.number}）${ended ? `\u3000有效期 ${card.valid_from} 至 ${card.valid_to}` : ""}`, disabled: ended };
  });
}

/** Officers of other agencies who come along (合并检查); the choice is there where there are any. */
export function OthersField({ known, valid }: { known: Card[]; valid: Card[] }) {
  const lead = Form.useWatch<string[] | undefined>("cards")?.[0];
  const agency = known.find((card) => card.id === lead)?.agency;
  const others = known.filter((card) => agency !== undefined && card.agency !== agency);
  if (others.length === 0) return null;
  return (
    <Form.Item name="others" label="合并检查：参加的其他机关人员" extra="几个机关一起去时填写，每个机关不少于两人，都在现场检查记录上签名。文书由上面两名执法人员所在机关签发。">
      <Select mode="multiple" allowClear showSearch={{ optionFilterProp: "label" }} placeholder="没有就不填" options={choices(others, valid)} />
    </Form.Item>
  );
}

/** Two officers with valid cards. */
export function OfficersField({ known, valid }: { known: Card[]; valid: Card[] }) {
  return (
    <Form.Item
      name="cards"
      label="执法人员（两名）"
      rules={[{ validator: (_, chosen: string[] | undefined) => (chosen?.length === 2 ? Promise.resolve() : Promise.reject(new Error("请选择两名执法人员。"))) }]}
    >
      <Select
        mode="multiple"
        maxCount={2}
        showSearch={{ optionFilterProp: "label" }}
        placeholder="选择两名持证人员"
        options={choices(known, valid)}
      />
    </Form.Item>
  );
}
