//! Amounts in words: thousands, bytes a second, the time that is left.

/// A number with a comma between thousands: `40,127`.
#[must_use]
pub fn thousands(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (i, c) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(c);
    }
    text
}

/// Bytes a second: `512 MB/s`; see [`size`].
#[must_use]
pub fn rate(bytes: u64) -> String {
    format!("{}/s", size(bytes))
}

/// Bytes in the unit that leaves few digits: `480 kB`, `512 MB`, `1.3 GB` (thousands, not 1024s).
#[must_use]
pub fn size(bytes: u64) -> String {
    let (unit, name) = match bytes {
        1_000_000_000.. => (1_000_000_000, "GB"),
        1_000_000.. => (1_000_000, "MB"),
        1_000.. => (1_000, "kB"),
        _ => (1, "B"),
    };
    let (whole, tenth) = (bytes / unit, bytes % unit * 10 / unit);
    if whole >= 10 || unit == 1 {
        format!("{whole} {name}")
    } else {
        format!("{whole}.{tenth} {name}")
    }
}

/// Time that is left, as exactly as a guess may say: `1 s left`, `45 s left`, `3 min left`, `2 h 10 min left`.
#[must_use]
pub fn time_left(seconds: u64) -> String {
    match seconds {
        0..60 => format!("{} s left", seconds.max(1)),
        60..3600 => format!("{} min left", (seconds + 30) / 60),
        _ => {
            let minutes = (seconds + 30) / 60;
            match (minutes / 60, minutes % 60) {
                (hours, 0) => format!("{hours} h left"),
                (hours, minutes) => format!("{hours} h {minutes} min left"),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_have_few_digits() {
        for (bytes, text) in [
            (0, "0 B/s"),
            (999, "999 B/s"),
            (1_500, "1.5 kB/s"),
            (48_300, "48 kB/s"),
            (1_000_000, "1.0 MB/s"),
            (512_400_000, "512 MB/s"),
            (1_290_000_000, "1.2 GB/s"),
            (u64::MAX, "18446744073 GB/s"),
        ] {
            assert_eq!(rate(bytes), text);
        }
    }

    #[test]
    fn time_is_rounded_as_it_grows() {
        for (seconds, text) in [
            (0, "1 s left"),
            (59, "59 s left"),
            (60, "1 min left"),
            (100, "2 min left"),
            (3_599, "60 min left"),
            (3_600, "1 h left"),
            (7_800, "2 h 10 min left"),
        ] {
            assert_eq!(time_left(seconds), text);
        }
    }
}
