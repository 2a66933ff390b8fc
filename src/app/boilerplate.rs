//! What is known of sentences that many scratchpads share, as the explorer holds it.

use std::sync::Arc;

use crate::corpus::Common;

/// Shared sentences.
#[derive(Debug, Clone, Default)]
pub struct Boilerplate {
    /// They are shown dimmed.
    pub dim: bool,
    /// Somebody has asked for them.
    pub wanted: bool,
    /// They are being looked for among so many rows.
    pub asked: Option<usize>,
    /// What was found last.
    pub found: Option<Arc<Common>>,
}
