//! Packs and engine against invented sentences.
