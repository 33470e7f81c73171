//! What follows from one record over a transaction: how it stood before all of it, and how it stands from now on.

/// The two states; none where nothing follows.
#[derive(Debug)]
pub(crate) struct Change<S> {
    pub before: Option<S>,
    pub now: Option<S>,
}

impl<S> Default for Change<S> {
    fn default() -> Self {
        Change { before: None, now: None }
    }
}

impl<S> Change<S> {
    /// It stands so no more. Only what stood before the first step counts as before.
    pub fn leave(&mut self, was: impl FnOnce() -> Option<S>) {
        if self.now.take().is_none() && self.before.is_none() {
            self.before = was();
        }
    }
}
