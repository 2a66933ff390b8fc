//! The terminal's state: entered once, always given back, whatever ends the program.

use std::io::{self, Stdout, Write};
use std::sync::atomic::{AtomicBool, Ordering};

use crossterm::event::{
    DisableBracketedPaste, DisableMouseCapture, EnableBracketedPaste, EnableMouseCapture,
};
use crossterm::terminal::{
    BeginSynchronizedUpdate, EndSynchronizedUpdate, EnterAlternateScreen, LeaveAlternateScreen,
    SetTitle, disable_raw_mode, enable_raw_mode,
};
use crossterm::{cursor, execute, queue};
use ratatui::backend::CrosstermBackend;

/// A terminal that writes each frame at once.
pub type Screen = ratatui::Terminal<CrosstermBackend<Whole<Stdout>>>;

/// Whether the terminal is ours now, so that giving it back twice does nothing.
static OURS: AtomicBool = AtomicBool::new(false);
/// A frame is being drawn: what is written waits for its end.
static DRAWING: AtomicBool = AtomicBool::new(false);

/// A writer that keeps what is written until it is flushed, and while a frame is being drawn until its end, whoever flushes
/// meanwhile: the library does so in the middle of a frame, and half of one could be seen.
#[derive(Debug)]
pub struct Whole<W> {
    inner: W,
    kept: Vec<u8>,
}

impl<W> Whole<W> {
    fn new(inner: W) -> Self {
        Self { inner, kept: Vec::with_capacity(64 << 10) }
    }
}

impl<W: Write> Write for Whole<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.kept.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if DRAWING.load(Ordering::Relaxed) {
            return Ok(());
        }
        // Even after a failure nothing is written twice.
        let written = self.inner.write_all(&self.kept);
        self.kept.clear();
        written?;
        self.inner.flush()
    }
}

/// Saves the title on the terminal's stack, and brings it back.
const PUSH_TITLE: &str = "\x1b[22;0t";
const POP_TITLE: &str = "\x1b[23;0t";

/// Takes the terminal: raw mode, alternate screen, bracketed paste.
///
/// # Errors
/// When the terminal refuses raw mode or writing.
pub fn enter(mouse: bool) -> io::Result<()> {
    enable_raw_mode()?;
    OURS.store(true, Ordering::SeqCst);
    let mut out = io::stdout();
    out.write_all(PUSH_TITLE.as_bytes())?;
    execute!(out, EnterAlternateScreen, EnableBracketedPaste, cursor::Hide)?;
    if mouse {
        execute!(out, EnableMouseCapture)?;
    }
    Ok(())
}

/// Takes the terminal again after a stop: whoever had it meanwhile may have changed its mode.
///
/// # Errors
/// As [`enter`].
pub fn enter_again(mouse: bool) -> io::Result<()> {
    if !OURS.load(Ordering::SeqCst) {
        return enter(mouse);
    }
    // The library believes that raw mode is still on; asking twice is what makes it set it again.
    disable_raw_mode()?;
    enable_raw_mode()?;
    let mut out = io::stdout();
    execute!(out, EnterAlternateScreen, EnableBracketedPaste, cursor::Hide)?;
    if mouse {
        execute!(out, EnableMouseCapture)?;
    }
    Ok(())
}

/// Gives the terminal back. Safe to call at any time, from any thread, more than once.
pub fn leave() {
    if OURS.swap(false, Ordering::SeqCst) {
        let mut out = io::stdout();
        // Each step is tried even when one before failed: a half-restored terminal is worse than none.
        let _ = execute!(out, EndSynchronizedUpdate, DisableMouseCapture, DisableBracketedPaste);
        let _ = execute!(out, crossterm::style::ResetColor, LeaveAlternateScreen, cursor::Show);
        let _ = out.write_all(POP_TITLE.as_bytes());
        let _ = out.flush();
        let _ = disable_raw_mode();
    }
}

/// Makes the screen that frames are drawn on.
///
/// # Errors
/// When the size cannot be asked for.
pub fn screen() -> io::Result<Screen> {
    ratatui::Terminal::new(CrosstermBackend::new(Whole::new(io::stdout())))
}

/// As [`screen`], after wiping what the terminal shows.
///
/// # Errors
/// As [`screen`], and writing.
pub fn cleared_screen() -> io::Result<Screen> {
    let mut screen = screen()?;
    execute!(
        screen.backend_mut(),
        crossterm::terminal::Clear(crossterm::terminal::ClearType::All)
    )?;
    Ok(screen)
}

/// Draws one frame in one write.
///
/// # Errors
/// Writing.
pub fn draw(screen: &mut Screen, frame: impl FnOnce(&mut ratatui::Frame<'_>)) -> io::Result<()> {
    drawing(|| {
        queue!(screen.backend_mut(), BeginSynchronizedUpdate)?;
        screen.draw(frame)?;
        queue!(screen.backend_mut(), EndSynchronizedUpdate)
    })?;
    screen.backend_mut().flush()
}

/// Draws; what is written meanwhile is kept.
fn drawing<T>(draw: impl FnOnce() -> T) -> T {
    DRAWING.store(true, Ordering::Relaxed);
    let done = draw();
    DRAWING.store(false, Ordering::Relaxed);
    done
}

/// Turns mouse capture on or off.
///
/// # Errors
/// Writing.
pub fn mouse(screen: &mut Screen, on: bool) -> io::Result<()> {
    if on {
        execute!(screen.backend_mut(), EnableMouseCapture)
    } else {
        execute!(screen.backend_mut(), DisableMouseCapture)
    }
}

/// Sets the window title; the text must be sanitised.
///
/// # Errors
/// Writing.
pub fn title(screen: &mut Screen, text: &str) -> io::Result<()> {
    execute!(screen.backend_mut(), SetTitle(text))
}

/// Runs work whose panics are caught; `Err` says where it died, without any text of the work.
///
/// # Errors
/// When the work panicked.
pub fn guarded<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    crate::source::guarded(work)
        .map_err(|_| "a worker stopped by a bug; the rest goes on".to_owned())
}

/// Installs the panic hook: gives the terminal back and says where, never what: a panic's message may quote text.
pub fn install_panic_hook() {
    std::panic::set_hook(Box::new(|info| {
        if crate::source::is_guarded() {
            return;
        }
        leave();
        let place =
            info.location().map_or_else(String::new, |l| format!(" at {}:{}", l.file(), l.line()));
        let version = env!("CARGO_PKG_VERSION");
        let _ = writeln!(
            io::stderr(),
            "undertone {version} stopped by a bug{place}. Nothing that you made is lost. Please report this line."
        );
    }));
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Counts writes.
    #[derive(Default)]
    struct Counted {
        writes: usize,
        bytes: Vec<u8>,
    }

    impl Write for Counted {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.writes += 1;
            self.bytes.extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_frame_is_one_write_whoever_flushes_in_it() {
        let mut out = Whole::new(Counted::default());
        let frame = |out: &mut Whole<Counted>| {
            out.write_all(b"begin ")?;
            out.flush()?;
            out.write_all(b"end ")?;
            out.flush()
        };
        drawing(|| frame(&mut out)).unwrap();
        assert_eq!(out.inner.writes, 0);
        out.flush().unwrap();
        assert_eq!((out.inner.writes, out.inner.bytes.as_slice()), (1, &b"begin end "[..]));
        // Outside of frames a flush is one.
        frame(&mut out).unwrap();
        assert_eq!(out.inner.writes, 3);
    }
}
