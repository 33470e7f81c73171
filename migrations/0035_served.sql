-- When the enterprise's own account first opened what was served to it.

alter table enforcement_document add column opened_at timestamptz;
alter table penalty_document add column opened_at timestamptz;
