//! Mappings: what they read, and what they complain about.
