-- An entry that is not sealed yet is found in the order of the trail (`audit_unsealed`). As long as the index of batches held these too, SQLite
-- read all of them for each batch it sealed, and every write added a row to that index.

drop index audit_in_batch;
create index audit_in_batch on audit (batch, city, id) where batch is not null;
