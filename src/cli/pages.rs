//! The man page and shell completions, made from the arguments.

use std::io::{self, Write};

use clap::CommandFactory;

use super::args::Args;
use super::output::{Exit, Failure, out};

/// Prints completions.
///
/// # Errors
/// Writing.
pub fn completions(shell: clap_complete::Shell) -> Result<Exit, Failure> {
    let mut text = Vec::new();
    clap_complete::generate(shell, &mut Args::command(), "undertone", &mut text);
    let mut out = out();
    out.write_all(&text)?;
    out.flush()?;
    Ok(Exit::Fine)
}

/// Prints the man page.
///
/// # Errors
/// Writing.
pub fn man() -> Result<Exit, Failure> {
    let mut out = out();
    out.write_all(&man_page()?)?;
    out.flush()?;
    Ok(Exit::Fine)
}

/// The man page in roff: the program, then each command.
///
/// # Errors
/// Never in practice: writing to memory.
pub fn man_page() -> io::Result<Vec<u8>> {
    let command = Args::command();
    let mut page = Vec::new();
    clap_mangen::Man::new(command.clone()).render(&mut page)?;
    for sub in command.get_subcommands() {
        let heading = format!(".SH \"COMMAND {}\"\n", sub.get_name().to_uppercase());
        page.write_all(heading.as_bytes())?;
        let man = clap_mangen::Man::new(sub.clone());
        man.render_description_section(&mut page)?;
        man.render_synopsis_section(&mut page)?;
        man.render_options_section(&mut page)?;
    }
    Ok(page)
}
