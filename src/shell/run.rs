//! From start to end: first frame, questions to the terminal, reading, the loop.

use std::io::{self, IsTerminal};
use std::thread;
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, Sender, bounded, never, unbounded};
use crossterm::event::Event;
use signal_hook::consts::{SIGCONT, SIGHUP, SIGINT, SIGSTOP, SIGTERM, SIGTSTP};

use super::background::{self, Late};
use super::terminal::{self, Screen};
use super::worker::Workers;
use super::{copy, input};
use crate::app::{self, Copied, Effect, KeyCode, Keymap, Message, State};
use crate::cli::args::{ColorArg, ThemeArg};
use crate::cli::plan::Explore;
use crate::cli::{Exit, Failure};
use crate::ui;
use crate::ui::theme::{Depth, Theme};

/// How long messages are gathered before a frame is drawn.
const GATHER: Duration = Duration::from_millis(10);
/// How often a tick comes.
const TICK: Duration = Duration::from_millis(250);
/// How long the terminal may take to tell its background.
const ANSWER: Duration = Duration::from_millis(100);

/// What the loop needs besides the state.
struct Shell {
    screen: Screen,
    workers: Workers,
    theme: Theme,
    choice: ThemeArg,
    /// How many colours, and whether underlines may have one of their own.
    depth: (Depth, bool),
    coloured: bool,
    copy_command: Option<String>,
    /// What ends the loop.
    exit: Option<Exit>,
    /// The next frame repaints everything.
    clear: bool,
    dirty: bool,
    to_events: Sender<Message>,
    late: Late,
}

/// Runs the explorer.
///
/// # Errors
/// Usage when there is no terminal; writing.
pub fn run(plan: Explore) -> Result<Exit, Failure> {
    if !io::stdout().is_terminal() || std::env::var("TERM").as_deref() == Ok("dumb") {
        let sentence = "the explorer needs a terminal; `undertone list PATHS` prints the transcripts \
                        and `undertone show PATHS --id ID` prints one";
        return Err(Failure::Usage(sentence.to_owned()));
    }
    let keymap = match &plan.keys {
        None => Keymap::default(),
        Some((file, text)) => Keymap::with_overrides(text).map_err(|errors| {
            let lines = errors.iter().map(|e| format!("{file}: {e}")).collect::<Vec<_>>();
            Failure::Usage(lines.join("\n"))
        })?,
    };
    // Colour is decided in the theme: the terminal library's own NO_COLOR handling loses attributes.
    crossterm::style::force_color_output(true);
    let coloured = wants_colour(plan.color);
    let (colorterm, term) = (std::env::var("COLORTERM").ok(), std::env::var("TERM").ok());
    let depth = Depth::detect(colorterm.as_deref(), term.as_deref());
    let underlines = Depth::underlines_in_colour(|name| std::env::var(name).ok());
    let choice = plan.theme;
    terminal::install_panic_hook();
    let result = (|| -> io::Result<Exit> {
        let signals = signals()?;
        terminal::enter(plan.mouse)?;
        let screen = terminal::screen()?;
        let size = screen.size()?;
        let corpus = plan.reading.corpus.clone();
        let (to_events, events) = unbounded();
        let mut shell = Shell {
            workers: Workers::new(&corpus, plan.follow),
            theme: theme(choice, None, (depth, underlines), coloured),
            choice,
            depth: (depth, underlines),
            coloured,
            copy_command: plan.copy_command.clone(),
            exit: None,
            clear: false,
            dirty: true,
            to_events,
            late: Late::default(),
            screen,
        };
        let mut state = app::start(
            plan.reading.title.clone(),
            &corpus.paths(),
            corpus.engine.clone(),
            plan.filter,
            plan.reading.wanted.clone(),
        );
        state.keymap = keymap;
        state.list.sort = plan.sort;
        state.view.mouse = plan.mouse;
        state.view.quiet = plan.quiet;
        state.view.private = plan.private;
        state.follow.on = plan.follow;
        shell.apply(&mut state, Message::Resized(size.width, size.height));
        shell.workers.read();
        shell.head_start(&mut state);
        shell.frame(&mut state)?;
        if shell.coloured && shell.choice == ThemeArg::Auto {
            ask_background(&mut shell, &mut state);
        }
        let keys = keys();
        shell.looping(&mut state, &keys, &signals, &events)
    })();
    terminal::leave();
    Ok(result?)
}

impl Shell {
    /// Applies a message and everything that follows from it at once.
    fn apply(&mut self, state: &mut State, message: Message) {
        if let Message::LightBackground(light) = message {
            self.theme = theme(self.choice, Some(light), self.depth, self.coloured);
        }
        let effects = app::update(state, message);
        self.dirty = true;
        for effect in effects {
            self.effect(state, effect);
        }
        // A dialog's size depends on rows that exist only once its width is known.
        for _ in 0..3 {
            let sizes = ui::sizes(state);
            if sizes == state.sizes {
                break;
            }
            for effect in app::update(state, Message::Sizes(sizes)) {
                self.effect(state, effect);
            }
        }
    }

    fn effect(&mut self, state: &State, effect: Effect) {
        match effect {
            Effect::ReadBody { generation, row, place } => {
                self.workers.body(generation, row, place);
            }
            Effect::RunFilter { generation, filter, catalogue, from } => {
                self.workers.filter(generation, filter, catalogue, from);
            }
            Effect::Narrow { generation, pattern, rows, catalogue } => {
                self.workers.narrow(generation, pattern, rows, catalogue);
            }
            Effect::Compare { key, catalogue } => self.workers.compare(key, catalogue),
            Effect::Colour { generation, codes } => self.workers.colour(generation, codes),
            Effect::Copy(what, text) => {
                let name = match what {
                    Copied::Text => "text",
                    Copied::Id => "id",
                    Copied::Permalink => "permalink",
                };
                let command = self.copy_command.as_deref();
                let done = copy::copy(&mut self.screen, name, &text, command, state.view.private);
                let _ = self.to_events.send(Message::Copied(done));
            }
            Effect::Mouse(on) => {
                let _ = terminal::mouse(&mut self.screen, on);
            }
            Effect::Follow(on) => self.workers.follow(on),
            Effect::Title(text) => {
                let _ = terminal::title(&mut self.screen, &text);
            }
            Effect::Redraw => self.clear = true,
            Effect::Suspend => self.suspend(state),
            Effect::Quit => self.exit = Some(Exit::Fine),
        }
    }

    /// Stops as Ctrl-Z does in a shell; returns when the program goes on.
    fn suspend(&mut self, state: &State) {
        terminal::leave();
        // SIGSTOP, since SIGTSTP is discarded for orphaned process groups.
        let _ = signal_hook::low_level::raise(SIGSTOP);
        self.resume(state);
    }

    fn resume(&mut self, state: &State) {
        let _ = terminal::enter_again(state.view.mouse);
        self.clear = true;
        self.dirty = true;
        let _ = self.to_events.send(Message::Resumed);
    }

    /// Rows that are there within a few milliseconds make the first frame worth looking at.
    fn head_start(&mut self, state: &mut State) {
        let until = Instant::now() + Duration::from_millis(8);
        while let Ok(message) = self.workers.loaded.recv_deadline(until) {
            self.apply(state, message);
            if !state.catalogue.is_empty() {
                break;
            }
        }
    }

    fn frame(&mut self, state: &mut State) -> io::Result<()> {
        if self.clear {
            self.clear = false;
            // A fresh screen holds no old frame: everything is drawn, and the terminal is asked nothing.
            self.screen = terminal::cleared_screen()?;
        }
        self.dirty = false;
        let theme = &self.theme;
        terminal::draw(&mut self.screen, |frame| ui::draw(state, theme, frame))
    }

    fn looping(
        &mut self,
        state: &mut State,
        keys: &Receiver<io::Result<Event>>,
        signals: &Receiver<i32>,
        events: &Receiver<Message>,
    ) -> io::Result<Exit> {
        let mut ticked = Instant::now();
        let mut loaded = self.workers.loaded.clone();
        loop {
            let results = self.workers.results.clone();
            crossbeam_channel::select_biased! {
                recv(signals) -> signal => self.signal(state, signal.unwrap_or(SIGTERM)),
                recv(keys) -> event => self.key(state, event),
                recv(events) -> message => if let Ok(message) = message { self.apply(state, message) },
                recv(results) -> message => if let Ok(message) = message { self.apply(state, message) },
                recv(loaded) -> message => match message {
                    Ok(message) => self.apply(state, message),
                    // Everything was read: a closed channel would wake the loop for ever.
                    Err(_) => loaded = never(),
                },
                default(TICK) => {},
            }
            // What came meanwhile goes into the same frame; keys first.
            let until = Instant::now() + GATHER;
            while self.exit.is_none() && Instant::now() < until {
                if let Ok(signal) = signals.try_recv() {
                    self.signal(state, signal);
                } else if let Ok(event) = keys.try_recv() {
                    self.key(state, Ok(event));
                } else if let Ok(message) = events.try_recv() {
                    self.apply(state, message);
                } else if let Ok(message) = results.try_recv() {
                    self.apply(state, message);
                } else if let Ok(message) = loaded.try_recv() {
                    self.apply(state, message);
                } else {
                    break;
                }
            }
            if let Some(exit) = self.exit {
                return Ok(exit);
            }
            if ticked.elapsed() >= TICK {
                ticked = Instant::now();
                let shown = state.toast.clone();
                self.dirty = {
                    let dirty = self.dirty;
                    self.apply(state, Message::Tick);
                    dirty || shown != state.toast
                };
            }
            if self.dirty || self.clear {
                self.frame(state)?;
            }
        }
    }

    fn key(
        &mut self,
        state: &mut State,
        event: Result<io::Result<Event>, crossbeam_channel::RecvError>,
    ) {
        match event {
            Ok(Ok(event)) => {
                // A switch for the tests of this very path; see tests/terminal.rs.
                assert!(
                    std::env::var("UNDERTONE_TEST_PANIC").as_deref() != Ok("main"),
                    "asked for"
                );
                let Some(message) = input::message(event, state) else { return };
                if let Message::Key(key) = message {
                    let (taken, light) = self.late.takes(key);
                    if let Some(light) = light {
                        self.apply(state, Message::LightBackground(light));
                    }
                    if taken {
                        return;
                    }
                    // In raw mode this is a key; it ends the program as the signal does.
                    if key.ctrl && key.code == KeyCode::Char('c') {
                        self.exit = Some(Exit::Signal(130));
                        return;
                    }
                }
                self.apply(state, message);
            }
            // The terminal is gone.
            Ok(Err(_)) | Err(_) => self.exit = Some(Exit::Signal(129)),
        }
    }

    fn signal(&mut self, state: &mut State, signal: i32) {
        match signal {
            SIGTSTP => self.suspend(state),
            SIGCONT => self.resume(state),
            other => self.exit = Some(Exit::Signal(u8::try_from(128 + other).unwrap_or(1))),
        }
    }
}

/// Terminal events from a thread of their own.
fn keys() -> Receiver<io::Result<Event>> {
    let (to, from) = bounded(256);
    thread::spawn(move || {
        loop {
            let event = crossterm::event::read();
            let failed = event.is_err();
            if to.send(event).is_err() || failed {
                break;
            }
        }
    });
    from
}

/// Signals from a thread of their own.
fn signals() -> io::Result<Receiver<i32>> {
    let mut signals =
        signal_hook::iterator::Signals::new([SIGTERM, SIGHUP, SIGINT, SIGTSTP, SIGCONT])?;
    let (to, from) = unbounded();
    thread::spawn(move || {
        for signal in signals.forever() {
            if to.send(signal).is_err() {
                break;
            }
        }
    });
    Ok(from)
}

/// Asks for the background colour. Before any key is read: the answer would look like keys.
fn ask_background(shell: &mut Shell, state: &mut State) {
    let Ok(answer) = background::ask(io::stdout(), ANSWER) else { return };
    shell.late.expected = !answer.complete;
    if let Some(light) = answer.light {
        shell.apply(state, Message::LightBackground(light));
    }
    for key in answer.keys {
        shell.apply(state, Message::Key(key));
    }
}

fn wants_colour(arg: ColorArg) -> bool {
    let set = |name: &str| std::env::var_os(name).is_some_and(|v| !v.is_empty());
    match arg {
        ColorArg::Always => true,
        ColorArg::Never => false,
        ColorArg::Auto
            if std::env::var("CLICOLOR_FORCE").is_ok_and(|v| !v.is_empty() && v != "0") =>
        {
            true
        }
        ColorArg::Auto => !set("NO_COLOR") && std::env::var("CLICOLOR").as_deref() != Ok("0"),
    }
}

fn theme(
    choice: ThemeArg,
    light: Option<bool>,
    (depth, underlines): (Depth, bool),
    coloured: bool,
) -> Theme {
    let name = match choice {
        ThemeArg::Auto => "auto",
        ThemeArg::Dark => "dark",
        ThemeArg::Light => "light",
        ThemeArg::SafeDark => "safe-dark",
        ThemeArg::SafeLight => "safe-light",
        ThemeArg::Mono => "mono",
    };
    let theme = Theme::choose(name, light, depth, !coloured);
    if underlines { theme } else { theme.with_plain_underlines() }
}
