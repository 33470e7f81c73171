-- What an archive is told of things kept elsewhere is kept with the time in which it held, so that the archive of a past day counts it too.
-- Of what was told before, the making of the thing is known.

create table archive_elsewhere_in_time (
  city text not null,
  -- the thing
  id uuid not null,
  told_at timestamptz not null,
  -- null while it holds
  ended_at timestamptz,
  enterprise uuid not null,
  section text not null,
  -- the last day it holds
  expires_on date,
  primary key (city, id, told_at)
);
insert into archive_elsewhere_in_time (city, id, told_at, ended_at, enterprise, section, expires_on)
select e.city, e.id, h.created_at, null, e.enterprise, e.section, e.expires_on
from archive_elsewhere e join hazard_source h on h.city = e.city and h.id = e.id;
drop table archive_elsewhere;
alter table archive_elsewhere_in_time rename to archive_elsewhere;
create index archive_elsewhere_enterprise on archive_elsewhere (city, enterprise, section);
