-- What the daily upkeep looks for: jobs by their end, sessions by theirs.
create index job_ended on job (ended_at) where ended_at is not null;
create index session_expires on session (expires_at);
-- keys that were claimed before their work and never got an answer; from now on key, work and answer are one transaction
delete from idempotency where status = 0;
