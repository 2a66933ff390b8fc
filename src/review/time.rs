//! Times as journals write them: RFC 3339 in UTC with milliseconds. Knows no clock.
//!
//! Years are counted in eras of 400 (146,097 days), each from the first of March, so that the leap day is the last of its
//! year ("chrono-Compatible Low-Level Date Algorithms", Howard Hinnant).

/// Days from the first of March of the year 0 to the first of January 1970.
const EPOCH: u64 = 719_468;
/// Days of 400 years.
const ERA: u64 = 146_097;
const DAY_MS: u64 = 86_400_000;

/// `2026-03-01T09:05:07.250Z`, of milliseconds since 1970. A year has four digits, or more from the year 10,000 on.
#[must_use]
pub fn print_time(ms: u64) -> String {
    let (year, month, day) = date(ms / DAY_MS);
    let rest = ms % DAY_MS;
    let (hour, minute) = (rest / 3_600_000, rest / 60_000 % 60);
    let (second, milli) = (rest / 1000 % 60, rest % 1000);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{milli:03}Z")
}

/// Milliseconds since 1970 of a time in RFC 3339, whatever its zone; digits beyond milliseconds are cut off. `None`: it is
/// none, or is before 1970.
#[must_use]
pub fn parse_time(text: &str) -> Option<u64> {
    let (day, clock) = text.split_once(['T', 't', ' '])?;
    let mut parts = day.split('-');
    let year = parts.next().filter(|y| (4..=9).contains(&y.len())).and_then(number)?;
    let (month, day) = (two(parts.next()?)?, two(parts.next()?)?);
    if parts.next().is_some() || !(1..=12).contains(&month) || day == 0 || day > last(year, month) {
        return None;
    }
    let zone_at = clock.find(['Z', 'z', '+', '-'])?;
    let (clock, zone) = clock.split_at(zone_at);
    let (clock, fraction) = clock.split_once('.').map_or((clock, "0"), |(c, f)| (c, f));
    let mut parts = clock.split(':');
    let (hour, minute) = (two(parts.next()?)?, two(parts.next()?)?);
    // A leap second is the first one of the next minute.
    let second = two(parts.next()?)?;
    if parts.next().is_some() || hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    number(fraction)?;
    let milli = number(format!("{fraction:0<3}").get(..3)?)?;
    let seconds = (days(year, month, day)? * 24 + hour) * 3600 + minute * 60 + second;
    let seconds = i128::from(seconds) - offset(zone)?;
    u64::try_from(seconds * 1000 + i128::from(milli)).ok()
}

/// Seconds that a zone is ahead.
fn offset(zone: &str) -> Option<i128> {
    if zone.eq_ignore_ascii_case("z") {
        return Some(0);
    }
    let (sign, rest) = match zone.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, zone.strip_prefix('+')?),
    };
    let (hours, minutes) = rest.split_once(':')?;
    let (hours, minutes) = (two(hours)?, two(minutes)?);
    (hours < 24 && minutes < 60).then(|| sign * i128::from(hours * 3600 + minutes * 60))
}

fn two(digits: &str) -> Option<u64> {
    number(digits).filter(|_| digits.len() == 2)
}

/// Digits alone: `parse` takes a sign, too.
fn number(digits: &str) -> Option<u64> {
    let some = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    some.then_some(digits)?.get(..digits.len().min(18))?.parse().ok()
}

/// The last day of a month.
fn last(year: u64, month: u64) -> u64 {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    match month {
        2 => 28 + u64::from(leap),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// The date so many days after the first of January 1970.
fn date(days: u64) -> (u64, u64, u64) {
    let (era, day) = ((days + EPOCH) / ERA, (days + EPOCH) % ERA);
    let year = (day - day / 1460 + day / 36_524 - day / (ERA - 1)) / 365;
    let of_year = day - (365 * year + year / 4 - year / 100);
    // From March on, months of 31 and 30 days take turns five by five: 153 days.
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let (month, next) = if month < 10 { (month + 3, 0) } else { (month - 9, 1) };
    (era * 400 + year + next, month, day)
}

/// Days from the first of January 1970 to a date; `None` before that.
fn days(year: u64, month: u64, day: u64) -> Option<u64> {
    let year = if month > 2 { Some(year) } else { year.checked_sub(1) }?;
    let month = if month > 2 { month - 3 } else { month + 9 };
    let (era, of_era) = (year / 400, year % 400);
    let of_year = (153 * month + 2) / 5 + day - 1;
    (era * ERA + of_era * 365 + of_era / 4 - of_era / 100 + of_year).checked_sub(EPOCH)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn known_times() {
        for (ms, text) in [
            (0, "1970-01-01T00:00:00.000Z"),
            (951_782_400_000, "2000-02-29T00:00:00.000Z"),
            (951_868_800_000, "2000-03-01T00:00:00.000Z"),
            (1_772_355_907_250, "2026-03-01T09:05:07.250Z"),
            (1_735_689_599_999, "2024-12-31T23:59:59.999Z"),
            (4_107_542_400_000, "2100-03-01T00:00:00.000Z"),
            (253_402_300_800_000, "10000-01-01T00:00:00.000Z"),
        ] {
            assert_eq!(print_time(ms), text);
            assert_eq!(parse_time(text), Some(ms), "{text}");
        }
    }

    #[test]
    fn other_writers_times() {
        let nine = parse_time("2026-03-01T09:05:07.250Z");
        assert!(nine.is_some());
        for text in [
            "2026-03-01t09:05:07.25z",
            "2026-03-01 09:05:07.250999+00:00",
            "2026-03-01T10:05:07.250+01:00",
            "2026-02-28T23:35:07.250-09:30",
        ] {
            assert_eq!(parse_time(text), nine, "{text}");
        }
        assert_eq!(parse_time("2016-12-31T23:59:60Z"), parse_time("2017-01-01T00:00:00Z"));
        for text in [
            "",
            "T",
            "2026-03-01",
            "2026-03-01T09:05:07",
            "2026-02-29T00:00:00Z",
            "2100-02-29T00:00:00Z",
            "2026-13-01T00:00:00Z",
            "2026-00-01T00:00:00Z",
            "2026-01-00T00:00:00Z",
            "2026-1-01T00:00:00Z",
            "026-01-01T00:00:00Z",
            "2026-01-01T24:00:00Z",
            "2026-01-01T00:60:00Z",
            "2026-01-01T00:00:61Z",
            "2026-01-01T00:00:00.Z",
            "2026-01-01T00:00:00.1+Z",
            "2026-01-01T00:00:00+1:00",
            "2026-01-01T00:00:00+25:00",
            "1969-12-31T23:59:59Z",
            "1970-01-01T00:00:00+00:01",
            "0000-01-01T00:00:00Z",
            "+026-01-01T00:00:00Z",
            "999999999-01-01T00:00:00Z",
        ] {
            assert_eq!(parse_time(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_time_comes_back(ms: u64) {
            prop_assert_eq!(parse_time(&print_time(ms)), Some(ms));
        }

        #[test]
        fn any_text_is_read_or_not(text in "[0-9TtZz:.+ -]{0,40}|.*") {
            if let Some(ms) = parse_time(&text) {
                prop_assert_eq!(parse_time(&print_time(ms)), Some(ms));
            }
        }

        #[test]
        fn every_day_follows_the_one_before(day in 0_u64..200_000_000) {
            let ((y, m, d), next) = (date(day), date(day + 1));
            let wanted = if d < last(y, m) {
                (y, m, d + 1)
            } else if m < 12 {
                (y, m + 1, 1)
            } else {
                (y + 1, 1, 1)
            };
            prop_assert_eq!(next, wanted);
            prop_assert_eq!(days(y, m, d), Some(day));
        }
    }
}
