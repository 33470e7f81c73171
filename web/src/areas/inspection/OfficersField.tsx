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
        options={known.map((card) => {
          const ended = !valid.includes(card);
          return { value: card.id, label: `${card.name}（${card.agency_name}，${card.number}）${ended ? `\u3000有效期 ${card.valid_from} 至 ${card.valid_to}` : ""}`, disabled: ended };
        })}
      />
    </Form.Item>
  );
}
