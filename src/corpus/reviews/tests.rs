//! Answers beside a small catalogue.
