-- Devices that officers take into the field: each belongs to one account. What makes its data readable is half here, half in the
-- officer's head; a device that is revoked has no half here any more.
create table field_device (
  id uuid primary key,
  account uuid not null,
  name text not null,
  key_part text,
  created_at timestamptz not null,
  revoked_at timestamptz
);
create index field_device_account on field_device (account, id);
-- What came back from the field: what the device called it, what it became, and when it was by both clocks. A device that sends it again
-- gets the same answer, however late.
create table field_work (
  city text not null,
  id uuid not null,
  account uuid not null,
  device uuid not null,
  kind text not null check (kind in ('danger', 'visit')),
  row_id uuid,
  done_at timestamptz not null,
  sent_at timestamptz not null,
  clock_offset bigint not null,
  received_at timestamptz not null,
  happened_at timestamptz not null,
  certain boolean not null,
  primary key (city, id)
);
