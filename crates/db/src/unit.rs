//! A unit of work: everything that a piece of code commits becomes lasting together, or nothing of it does.
//!
//! Inside [`Unit::scope`] a [`Db::begin`] gives a part of the unit's one transaction, whose commit keeps that part and
//! whose dropping undoes it; statements on the `Db` itself run in the unit too, so that what was written is seen. Only
//! [`Unit::commit`] makes anything lasting. So the answer to a request can be stored with its work, whatever the handler
//! does, and a request that the database gave up can be run again from its beginning.

use std::sync::Arc;

use tokio::sync::{Mutex, OwnedMutexGuard};

use crate::{Db, Engine, Error, Exec, Result, Sql, Tx, connect::begin};

tokio::task_local! {
    static CURRENT: Arc<Mutex<Slot>>;
}

/// One transaction that several parts share, one after another.
#[derive(Debug)]
pub struct Unit(Arc<Mutex<Slot>>);

#[derive(Debug)]
struct Slot {
    /// The transaction; none once the unit has ended.
    tx: Option<Box<Tx>>,
    engine: Engine,
    /// A part is under way; if nobody holds it, it was dropped and is undone.
    open: bool,
}

/// A part of a unit, as a [`Tx`].
#[derive(Debug)]
pub struct Part(OwnedMutexGuard<Slot>);

impl Unit {
    /// Begins a unit: a transaction that will write.
    pub async fn begin(db: &Db) -> Result<Unit> {
        let tx = Some(Box::new(begin(db).await?));
        Ok(Unit(Arc::new(Mutex::new(Slot { tx, engine: db.engine(), open: false }))))
    }

    /// Runs `work` in the unit. What it spawns is outside of it.
    pub async fn scope<F: Future>(&self, work: F) -> F::Output {
        CURRENT.scope(Arc::clone(&self.0), work).await
    }

    /// A part for whoever began the unit.
    pub async fn part(&self) -> Result<Tx> {
        Part::begin(Arc::clone(&self.0).lock_owned().await).await
    }

    /// Makes lasting what the parts committed.
    pub async fn commit(self) -> Result<()> {
        let mut slot = self.0.lock().await;
        slot.settle().await?;
        match slot.tx.take() {
            Some(tx) => Box::pin(tx.commit()).await,
            None => Err(ended()),
        }
    }
}

impl Slot {
    /// Undoes a part that was dropped without commit.
    async fn settle(&mut self) -> Result<()> {
        if self.open {
            self.run("rollback to savepoint part").await?;
            self.run("release savepoint part").await?;
            self.open = false;
        }
        Ok(())
    }

    async fn run(&mut self, text: &str) -> Result<()> {
        self.tx()?.run(Sql::new(text)).await.map(drop)
    }

    fn tx(&mut self) -> Result<&mut Tx> {
        self.tx.as_deref_mut().ok_or_else(ended)
    }
}

impl Part {
    async fn begin(mut slot: OwnedMutexGuard<Slot>) -> Result<Tx> {
        slot.settle().await?;
        slot.run("savepoint part").await?;
        slot.open = true;
        Ok(Tx::Part(Part(slot)))
    }

    pub(crate) async fn commit(mut self) -> Result<()> {
        self.0.run("release savepoint part").await?;
        self.0.open = false;
        Ok(())
    }

    pub(crate) fn tx(&mut self) -> Result<&mut Tx> {
        self.0.tx()
    }

    pub(crate) fn engine(&self) -> Engine {
        self.0.engine
    }
}

/// A part of the unit that the caller runs in; none outside of one, or while another part of it is at work.
pub(crate) async fn part() -> Option<Result<Tx>> {
    Some(Part::begin(current()?).await)
}

/// The same for a statement that only reads: it needs no way back.
pub(crate) async fn reading() -> Option<Result<Tx>> {
    let mut slot = current()?;
    Some(slot.settle().await.map(|()| Tx::Part(Part(slot))))
}

fn current() -> Option<OwnedMutexGuard<Slot>> {
    CURRENT.try_with(Arc::clone).ok()?.try_lock_owned().ok()
}

/// Of use only to a unit that outlived its transaction.
fn ended() -> Error {
    Error::Other(sqlx::Error::PoolClosed)
}
