//! The rules, compiled when something is first read with them: who only wants to see which records there are does not
//! wait for that.

use std::fmt;
use std::ops::Deref;
use std::sync::{Arc, OnceLock};

use crate::cues::Engine;

/// How an engine is made.
type Make = Box<dyn Fn() -> Arc<Engine> + Send + Sync>;

/// An engine that is made when it is first used, and used like any engine: the first use waits.
pub struct LazyEngine {
    engine: OnceLock<Arc<Engine>>,
    make: Make,
}

impl LazyEngine {
    /// The engine that `make` compiles.
    #[must_use]
    pub fn new(make: impl Fn() -> Arc<Engine> + Send + Sync + 'static) -> Self {
        Self { engine: OnceLock::new(), make: Box::new(make) }
    }

    /// The engine, if it has been made.
    #[must_use]
    pub fn ready(&self) -> Option<&Arc<Engine>> {
        self.engine.get()
    }

    /// The engine. Who asks first makes it; others wait meanwhile.
    #[must_use]
    pub fn get(&self) -> &Arc<Engine> {
        self.engine.get_or_init(|| (self.make)())
    }
}

impl Deref for LazyEngine {
    type Target = Engine;

    fn deref(&self) -> &Engine {
        self.get()
    }
}

impl From<Arc<Engine>> for LazyEngine {
    fn from(engine: Arc<Engine>) -> Self {
        Self { engine: Arc::clone(&engine).into(), make: Box::new(move || Arc::clone(&engine)) }
    }
}

impl fmt::Debug for LazyEngine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LazyEngine").field("ready", &self.ready().is_some()).finish_non_exhaustive()
    }
}
