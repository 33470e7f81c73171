import { DatePicker } from "antd";
import type { Dayjs } from "dayjs";

interface Props {
  id?: string;
  value?: Dayjs | null;
  onChange?: (day: Dayjs | null) => void;
  disabled?: boolean;
  disabledDate?: (day: Dayjs) => boolean;
  placeholder?: string;
  "aria-label"?: string;
}

/** A day within a form that has a button to send it: Enter takes the day that was typed and does not send the half-filled form. */
export function Day(props: Props) {
  return (
    <DatePicker
      style={{ width: "100%" }}
      onKeyDown={(event) => {
        if (event.key === "Enter") event.preventDefault();
      }}
      {...props}
    />
  );
}
