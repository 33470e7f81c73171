-- What an exhibit of a penalty is evidence as, and where it comes from: its kind (行政处罚法 2021 第四十六条), when and where it was taken, and
-- who took it. Exhibits from before say none of it.

alter table penalty_exhibit add column evidence text check (evidence in ('documentary', 'physical', 'audiovisual', 'electronic', 'testimony', 'statement', 'opinion', 'record'));
alter table penalty_exhibit add column taken_at timestamptz;
alter table penalty_exhibit add column taken_place text;
alter table penalty_exhibit add column taken_by text;
