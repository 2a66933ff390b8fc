//! Placeholder, replaced soon.
