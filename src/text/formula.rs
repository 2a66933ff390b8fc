//! Cells that a spreadsheet would take for formulas. Tables that are written have an apostrophe in front of them; whoever reads such a
//! table takes it off again.

/// What a spreadsheet may take for the beginning of a formula.
const FORMULA: [char; 7] = ['=', '+', '-', '@', '\t', '\r', '\n'];

/// Whether a spreadsheet would take it for a formula, were it not for apostrophes in front.
#[must_use]
pub fn is_formula(text: &str) -> bool {
    text.trim_start_matches('\'').starts_with(FORMULA)
}

/// The text of a cell without the apostrophe that keeps it from being a formula.
#[must_use]
pub fn unguarded(text: &str) -> &str {
    text.strip_prefix('\'').filter(|text| is_formula(text)).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_apostrophe_of_a_formula_is_taken_off() {
        let cells = ["'+1", "''=x", "'tis", "a", "", "'", "=1"];
        assert_eq!(cells.map(unguarded), ["+1", "'=x", "'tis", "a", "", "'", "=1"]);
    }
}
