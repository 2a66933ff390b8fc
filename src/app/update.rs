//! The only place where state changes.

use super::{Effect, Message, State};

/// Applies a message; what the shell must do comes back.
pub fn update(state: &mut State, message: Message) -> Vec<Effect> {
    let _ = (state, message);
    Vec::new()
}
