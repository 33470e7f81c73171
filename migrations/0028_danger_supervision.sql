-- Listed supervision in full (service of the notice, the last day for asking for more time, release by the tier that listed), and notices to
-- other departments (抄告).

alter table danger add column listed_ask_by date;
alter table danger add column served_on date;
alter table danger add column served_to text;
alter table danger add column served_way text check (served_way in ('direct', 'left', 'mail', 'electronic', 'public'));
alter table danger add column released_text text;

create table danger_notice (
  city text not null,
  -- the case's
  id uuid not null,
  town text not null,
  sector text not null,
  enterprise uuid not null,
  danger uuid not null,
  -- to whom
  department text not null,
  content text not null,
  sent_on date not null,
  received_on date,
  received_by text,
  answered_on date,
  answer text,
  fed_back_on date,
  feedback text,
  created_at timestamptz not null,
  created_by uuid not null,
  updated_at timestamptz not null,
  updated_by uuid not null,
  version bigint not null,
  primary key (city, id)
);
create index danger_notice_danger on danger_notice (city, danger, id);
create index danger_notice_enterprise on danger_notice (city, enterprise, id);
create index danger_notice_department on danger_notice (city, department, id);
