//! From start to end: first frame, questions to the terminal, reading, the loop.

use std::io::{self, IsTerminal};
use std::path::PathBuf;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use crossbeam_channel::{Receiver, Sender, never, unbounded};
use crossterm::event::Event;
use signal_hook::consts::{SIGCONT, SIGSTOP, SIGTERM, SIGTSTP};

use super::background::Asked;
use super::events;
use super::frames::{Frames, Want};
use super::keeper::Keeper;
use super::reviewing::Reviewing;
use super::studying::Desk;
use super::terminal::{self, Screen};
use super::worker::{FacetJob, PairJob, ReviewJob, SampleJob, Workers};
use super::{copy, input};
use crate::app::review::Phase;
use crate::app::{self, Copied, Effect, Given, KeyCode, Keymap, Message, Reading, State};
use crate::cli::args::{ColorArg, ThemeArg};
use crate::cli::kept::{Item, Kept};
use crate::cli::plan::Explore;
use crate::cli::{Exit, Failure};
use crate::corpus::{Pace, ReviewPlan};
use crate::text::sanitize_line;
use crate::ui;
use crate::ui::theme::{Depth, Theme};

/// How long the first frame waits for the first transcript: less than anybody notices.
const HEAD_START: Duration = Duration::from_millis(30);
/// Messages that are applied at one go, before it is looked whether a frame is due.
const AT_ONCE: usize = 64;
/// How often a tick comes.
const TICK: Duration = Duration::from_millis(250);
/// How long reading goes on before its speed is told.
const SETTLED: Duration = Duration::from_millis(500);

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
    /// What is kept of this corpus.
    kept: Kept,
    keeper: Keeper,
    /// What ends the loop.
    exit: Option<Exit>,
    /// The next frame repaints everything.
    clear: bool,
    frames: Frames,
    to_events: Sender<Message>,
    asked: Asked,
    /// When reading began, and how fast it goes.
    started: Instant,
    pace: Pace,
    /// The journal, while a review is on.
    reviewing: Reviewing,
    /// Whose journals are read.
    desk: Desk,
    /// What follows from an effect before anything else does.
    at_once: Vec<Message>,
}

/// Milliseconds since 1970.
fn now() -> u64 {
    // For tests that compare what two sessions wrote, byte by byte.
    if let Some(fixed) = std::env::var("UNDERTONE_TEST_CLOCK").ok().and_then(|n| n.parse().ok()) {
        return fixed;
    }
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(now.as_millis()).unwrap_or(u64::MAX)
}

/// Runs the explorer.
///
/// # Errors
/// Usage when there is no terminal; writing.
pub fn run(plan: Explore) -> Result<Exit, Failure> {
    if !io::stdout().is_terminal() || std::env::var("TERM").as_deref() == Ok("dumb") {
        let sentence = if plan.review.is_some() {
            "a review needs a terminal; `undertone agree PATHS` counts what was answered"
        } else {
            "the explorer needs a terminal; `undertone list PATHS` prints the transcripts \
             and `undertone show PATHS --id ID` prints one"
        };
        return Err(Failure::Usage(sentence.to_owned()));
    }
    let keymap = match &plan.config {
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
    // Reading begins before anything else: the first transcripts are there when the terminal is ready for them.
    let started = Instant::now();
    let corpus = plan.reading.corpus.clone();
    let paths = corpus.paths();
    let desk = Desk { read: plan.read, journal: plan.journal.as_ref().map(PathBuf::from) };
    let mut workers = Workers::new(&corpus, plan.follow, &desk);
    workers.read();
    let result = (|| -> io::Result<Exit> {
        let signals = events::signals()?;
        terminal::enter(plan.mouse)?;
        let screen = terminal::screen()?;
        let size = screen.size()?;
        let (to_events, events) = unbounded();
        let mut shell = Shell {
            theme: theme(choice, None, (depth, underlines), coloured),
            choice,
            depth: (depth, underlines),
            coloured,
            copy_command: plan.copy_command.clone(),
            keeper: Keeper::new(plan.kept.clone(), workers.to_results()),
            kept: plan.kept,
            workers,
            exit: None,
            clear: false,
            frames: Frames::new(started),
            to_events,
            asked: Asked::default(),
            screen,
            started,
            pace: Pace::default(),
            reviewing: Reviewing::default(),
            desk: desk.clone(),
            at_once: Vec::new(),
        };
        let mut state = app::start(
            plan.reading.title.clone(),
            &paths,
            plan.filter.clone().unwrap_or_default(),
            plan.reading.wanted.clone(),
        );
        state.keymap = keymap;
        state.paths = plan.paths;
        state.rater = plan.rater;
        state.agreeing.named = plan.named_rater;
        state.journals.folder = plan.journal;
        state.filter.configured = plan.named.clone();
        state.filter.named = plan.named;
        let folder = std::env::current_dir().unwrap_or_default();
        state.catalogue.set_base(&folder.to_string_lossy());
        state.list.sort = plan.sort.clone().unwrap_or_default();
        if let Some(seed) = state.list.sort.seed() {
            state.list.seed = seed;
        }
        state.list.columns = plan.columns;
        state.view.mouse = plan.mouse;
        state.view.quiet = plan.quiet;
        state.view.private = plan.private;
        state.follow.on = plan.follow;
        shell.apply(&mut state, Message::Resized(size.width, size.height));
        // Before anything of the corpus can be on the screen or in the title.
        let to_review = plan.review.is_some();
        if let Some(review) = plan.review {
            shell.review(&mut state, review);
        }
        if let Some(session) = shell.kept.session().filter(|_| !plan.fresh && !to_review) {
            let given = Given { filter: plan.filter.is_some(), sort: plan.sort.is_some() };
            app::restore(&mut state, &session, given);
        }
        match shell.kept.highlights() {
            Ok(list) if list.is_empty() => {}
            Ok(list) => shell.apply(&mut state, Message::Highlights(list)),
            Err(sentence) => shell.apply(&mut state, Message::Failed(sentence)),
        }
        if !plan.faults.is_empty() {
            let faults = plan.faults.join("; ");
            shell.apply(&mut state, Message::Failed(faults));
        }
        if state.review.is_none() {
            shell.head_start(&mut state);
        }
        shell.frame(&mut state)?;
        shell.workers.shown();
        if shell.coloured && shell.choice == ThemeArg::Auto {
            shell.asked.ask(io::stdout(), Instant::now())?;
        }
        let exit = shell.looping(&mut state, &events::terminal(), &signals.start(), &events)?;
        terminal::leave();
        if let Some(review) = state.review.take() {
            state = *review.behind;
        }
        // The frame of a review is no filter that the explorer was left with.
        if !to_review {
            shell.kept.keep_session(&app::session(&mut state));
        }
        if let Err(sentence) = shell.keeper.end() {
            eprintln!("undertone: {}", sanitize_line(&sentence));
        }
        // A million rows take longer to be given back one by one than the process takes to end.
        std::mem::forget((state, shell));
        Ok(exit)
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
        if state.review.is_some() {
            state.now = now();
        }
        let (nothing, done) = (state.list.rows.is_empty(), state.progress.done);
        let mut want = match message {
            Message::Loaded(_)
            | Message::Rules(_)
            | Message::Speed(_)
            | Message::Filtered { done: false, .. } => Want::News,
            _ => Want::Now,
        };
        let effects = app::update(state, message);
        if nothing && !state.list.rows.is_empty() || !done && state.progress.done {
            want = Want::Now;
        }
        self.frames.want(want);
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
        // A key that waits behind this one must find what follows from it.
        while let Some(message) = self.at_once.pop() {
            self.apply(state, message);
        }
    }

    /// Begins the review that the program was started for.
    fn review(&mut self, state: &mut State, plan: ReviewPlan) {
        let mut effects = Vec::new();
        app::enter_review(state, plan, true, &mut effects);
        for effect in effects {
            self.effect(state, effect);
        }
        let (width, height) = state.size;
        self.apply(state, Message::Resized(width, height));
    }

    fn effect(&mut self, state: &State, effect: Effect) {
        match effect {
            Effect::ReadBody { generation, row, place } => {
                self.workers.body(generation, row, place);
            }
            Effect::ReadAhead { row, place } => self.workers.ahead(row, place),
            Effect::Pair { generation, field, choices, catalogue } => {
                self.workers.pair(PairJob { generation, field, choices, catalogue });
            }
            Effect::ReadPartner { row, place } => self.workers.partner(row, place),
            Effect::Contrast(contrasting) => self.workers.contrast(contrasting),
            Effect::Fan(rows) => self.workers.fan(rows),
            Effect::RunFilter { generation, filter, catalogue, from } => {
                self.workers.filter(generation, filter, catalogue, from);
            }
            Effect::Narrow { generation, pattern, rows, catalogue } => {
                self.workers.narrow(generation, pattern, rows, catalogue);
            }
            Effect::Keep(catalogue) => self.workers.keep(catalogue),
            Effect::Compare { key, catalogue } => self.workers.compare(key, catalogue),
            Effect::ReadReviews { generation, catalogue, paths, journal } => {
                self.workers.reviews(ReviewJob { generation, catalogue, paths, journal });
            }
            Effect::OpenJournal { plan } => {
                let found = self.reviewing.open(&plan);
                self.at_once.push(Message::JournalOpened(found));
            }
            Effect::DrawSample { how, of, rows, catalogue } => {
                self.workers.sample(SampleJob { how, of, rows, catalogue });
            }
            Effect::Record(event) => {
                let recorded = self.reviewing.record(event);
                self.at_once.push(Message::Recorded(recorded));
            }
            Effect::CloseJournal => self.reviewing.close(),
            Effect::ReadItem { generation, row, place } => {
                self.at_once.extend(self.workers.item(generation, row, place));
            }
            Effect::CountFacets { generation, shown, catalogue } => {
                self.workers.facets(FacetJob { generation, shown, catalogue });
            }
            Effect::ReadFields { generation, catalogue } => {
                self.workers.fields(generation, catalogue);
            }
            Effect::Count { generation, questions, rows, catalogue } => {
                self.workers.numbers(generation, questions, rows, catalogue);
            }
            Effect::Export { name, question, answer } => {
                let done = crate::cli::export_statistics(&name, &question, &answer);
                let _ = self.to_events.send(Message::Exported(done));
            }
            Effect::Study(asked) => self.workers.study(*asked),
            Effect::Decide { rater, what } => {
                let decided = self.desk.decide(&rater, *what);
                self.at_once.push(Message::Decided(decided));
            }
            Effect::FindCommon { label, catalogue } => self.workers.common(label, catalogue),
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
            Effect::CountHighlights(counting) => self.workers.count(counting),
            Effect::KeepHighlights(list) => {
                if let Err(sentence) = self.kept.keep_highlights(&list) {
                    let _ = self.to_events.send(Message::Failed(sentence));
                }
            }
            Effect::Remark { generation, name, change } => {
                self.keeper.say(generation, Item::Remark(name, change));
            }
            Effect::NameFilter { generation, name, text } => {
                self.keeper.say(generation, Item::Filter(name, text));
            }
            Effect::Mouse(on) => {
                let _ = terminal::mouse(&mut self.screen, on);
            }
            Effect::Follow(on) => self.workers.follow(on),
            Effect::Title(text) => {
                let _ = terminal::title(&mut self.screen, &text);
            }
            Effect::Redraw => {
                self.clear = true;
                self.frames.want(Want::Now);
            }
            Effect::Suspend => self.suspend(state),
            Effect::Quit => {
                self.exit = Some(match state.review.as_ref().map(|review| review.phase) {
                    Some(Phase::Empty) => Exit::Nothing,
                    Some(Phase::Stopped) => Exit::CannotOpen,
                    _ => Exit::Fine,
                });
            }
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
        self.frames.want(Want::Now);
        let _ = self.to_events.send(Message::Resumed);
    }

    /// What is there within a few milliseconds makes the first frame worth looking at: the first rows, and the text of the
    /// first of them.
    fn head_start(&mut self, state: &mut State) {
        let until = Instant::now() + HEAD_START;
        let (loaded, results) = (self.workers.loaded.clone(), self.workers.results.clone());
        while state.catalogue.is_empty()
            || (state.reader.asked.is_some() && state.reader.body().is_none())
        {
            let message = crossbeam_channel::select_biased! {
                recv(results) -> message => message,
                recv(loaded) -> message => message,
                default(until.saturating_duration_since(Instant::now())) => break,
            };
            // A closed channel: everything was read.
            let Ok(message) = message else { break };
            self.apply(state, message);
        }
    }

    fn frame(&mut self, state: &mut State) -> io::Result<()> {
        if self.clear {
            self.clear = false;
            // A fresh screen holds no old frame: everything is drawn, and the terminal is asked nothing.
            self.screen = terminal::cleared_screen()?;
        }
        self.frames.drawn(Instant::now());
        let theme = &self.theme;
        terminal::draw(&mut self.screen, |frame| ui::draw(state, theme, frame))?;
        // What was drawn may have been looked for in the index, as what workers look at.
        if let Some(sentence) = self.workers.fault() {
            self.apply(state, Message::Failed(sentence));
        }
        Ok(())
    }

    fn looping(
        &mut self,
        state: &mut State,
        terminal: &Receiver<io::Result<Event>>,
        signals: &Receiver<i32>,
        events: &Receiver<Message>,
    ) -> io::Result<Exit> {
        let mut ticked = Instant::now();
        let mut loaded = self.workers.loaded.clone();
        let results = self.workers.results.clone();
        loop {
            // What somebody waits for goes into the next frame, all of it; what reading finds comes one by one
            // below, and never before a key or a frame that is due.
            for _ in 0..AT_ONCE {
                if let Ok(signal) = signals.try_recv() {
                    self.signal(state, signal);
                } else if let Ok(event) = terminal.try_recv() {
                    self.event(state, event);
                } else if let Ok(message) = events.try_recv().or_else(|_| results.try_recv()) {
                    self.apply(state, message);
                } else {
                    break;
                }
                if let Some(exit) = self.exit {
                    return Ok(exit);
                }
            }
            let now = Instant::now();
            if now >= ticked + TICK {
                ticked = now;
                self.tick(state);
            }
            let due = self.frames.due();
            if due.is_some_and(|due| due <= now) {
                self.frame(state)?;
                continue;
            }
            let until = due.unwrap_or(ticked + TICK).min(ticked + TICK);
            crossbeam_channel::select_biased! {
                recv(signals) -> signal => self.signal(state, signal.unwrap_or(SIGTERM)),
                recv(terminal) -> event => match event {
                    Ok(event) => self.event(state, event),
                    Err(_) => self.exit = Some(Exit::Signal(129)),
                },
                recv(events) -> message => if let Ok(message) = message { self.apply(state, message) },
                recv(results) -> message => if let Ok(message) = message { self.apply(state, message) },
                recv(loaded) -> message => match message {
                    Ok(message) => self.apply(state, message),
                    // Everything was read: a closed channel would wake the loop for ever.
                    Err(_) => loaded = never(),
                },
                default(until.saturating_duration_since(now)) => {},
            }
            if let Some(exit) = self.exit {
                return Ok(exit);
            }
        }
    }

    /// Time has passed: messages fade, and the speed of reading is told again.
    fn tick(&mut self, state: &mut State) {
        let waits = |state: &State| matches!(state.reader.body, Reading::Waiting(_));
        let shown = (state.toast.clone(), waits(state), state.own.generation);
        let effects = app::update(state, Message::Tick);
        for effect in effects {
            self.effect(state, effect);
        }
        if shown != (state.toast.clone(), waits(state), state.own.generation) {
            self.frames.want(Want::Now);
        }
        let elapsed = self.started.elapsed();
        if !state.progress.done && elapsed >= SETTLED {
            let speed = self.pace.speed(elapsed, &state.progress);
            self.apply(state, Message::Speed(speed));
        }
    }

    fn event(&mut self, state: &mut State, event: io::Result<Event>) {
        // A switch for the tests of this very path; see tests/terminal.
        assert!(std::env::var("UNDERTONE_TEST_PANIC").as_deref() != Ok("main"), "asked for");
        let Ok(event) = event else {
            // The terminal is gone.
            self.exit = Some(Exit::Signal(129));
            return;
        };
        match input::message(event, state) {
            Some(Message::Key(key)) => {
                let (typed, light) = self.asked.takes(key, Instant::now());
                if let Some(light) = light {
                    self.apply(state, Message::LightBackground(light));
                }
                for key in typed {
                    // In raw mode this is a key; it ends the program as the signal does.
                    if key.ctrl && key.code == KeyCode::Char('c') {
                        self.exit = Some(Exit::Signal(130));
                    } else {
                        self.apply(state, Message::Key(key));
                    }
                }
            }
            Some(message) => self.apply(state, message),
            None => {}
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
