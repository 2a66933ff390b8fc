//! Reads and writes at an offset, without moving a shared cursor where the system can do that.

use std::fs::File;
use std::io;

/// Reads once at `offset`. May give fewer bytes than asked for; 0 only at the end.
#[cfg(unix)]
pub fn read_once_at(file: &File, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
    std::os::unix::fs::FileExt::read_at(file, buffer, offset)
}

/// Writes everything at `offset`.
#[cfg(unix)]
pub fn write_all_at(file: &File, bytes: &[u8], offset: u64) -> io::Result<()> {
    std::os::unix::fs::FileExt::write_all_at(file, bytes, offset)
}

/// Systems without positioned reads share one lock: correct, and slower only where two threads read at once.
#[cfg(not(unix))]
static CURSOR: std::sync::Mutex<()> = std::sync::Mutex::new(());

/// Reads once at `offset`. May give fewer bytes than asked for; 0 only at the end.
#[cfg(not(unix))]
pub fn read_once_at(mut file: &File, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
    use std::io::{Read, Seek, SeekFrom};
    let _held = CURSOR.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    file.seek(SeekFrom::Start(offset))?;
    file.read(buffer)
}

/// Writes everything at `offset`.
#[cfg(not(unix))]
pub fn write_all_at(mut file: &File, bytes: &[u8], offset: u64) -> io::Result<()> {
    use std::io::{Seek, SeekFrom, Write};
    let _held = CURSOR.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    file.seek(SeekFrom::Start(offset))?;
    file.write_all(bytes)
}

/// Reads at `offset` until the buffer is full or the file ends.
pub fn read_full_at(file: &File, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
    // Beyond what a file can be; systems call this an invalid argument instead of the end.
    if i64::try_from(offset).is_err() {
        return Ok(0);
    }
    let mut done = 0;
    while done < buffer.len() {
        // `done` stays below the length.
        match read_once_at(file, &mut buffer[done..], offset + done as u64) {
            Ok(0) => break,
            Ok(n) => done += n,
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(e) => return Err(e),
        }
    }
    Ok(done)
}
