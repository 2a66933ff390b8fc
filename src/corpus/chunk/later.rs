//! A column that may still lie where it was kept: it is fetched when somebody first looks at it.

use std::ops::Deref;
use std::sync::{Arc, LazyLock};

type Fetch<T> = Box<dyn FnOnce() -> T + Send + Sync>;

/// A value that is here, or comes when it is first asked for. Clones share it.
#[derive(Debug)]
pub(in crate::corpus) struct Later<T>(Arc<LazyLock<T, Fetch<T>>>);

impl<T> Clone for Later<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<T> Later<T> {
    /// `fetch` is called once, by whoever looks first; others that look meanwhile wait for it.
    pub fn new(fetch: impl FnOnce() -> T + Send + Sync + 'static) -> Self {
        Self(Arc::new(LazyLock::new(Box::new(fetch))))
    }

    /// Whether the value is here.
    #[cfg(test)]
    pub fn is_here(&self) -> bool {
        LazyLock::get(&self.0).is_some()
    }
}

impl<T: Send + Sync + 'static> From<T> for Later<T> {
    fn from(value: T) -> Self {
        let here = Self::new(move || value);
        LazyLock::force(&here.0);
        here
    }
}

impl<T> Deref for Later<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}
