//! The loop: terminal events, signals and results of workers become messages; effects go to workers; at most
//! one frame per turn is drawn. The only place that knows threads, the clock and the terminal.

mod background;
mod colour;
mod copy;
mod events;
mod frames;
mod input;
mod jobs;
mod keeper;
mod reviewing;
mod run;
mod studying;
mod terminal;
mod worker;

pub use run::run;
