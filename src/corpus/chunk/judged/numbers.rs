//! The numbers among judgements: who gives any, the first, the highest and the lowest of each row.

use super::super::Codes;
use super::{Judged, List, Verdicts};
use crate::model::{Judgement, LabelValue};

impl Judged {
    /// Raises each row's number to the highest of its wanted judgements; NaN stands for none.
    pub fn highest(&self, wanted: &dyn Fn(&Judgement) -> bool, numbers: &mut [f64]) {
        self.fold(wanted, f64::max, numbers);
    }

    /// Lowers each row's number to the lowest of its wanted judgements; NaN stands for none.
    pub fn lowest(&self, wanted: &dyn Fn(&Judgement) -> bool, numbers: &mut [f64]) {
        self.fold(wanted, f64::min, numbers);
    }

    /// `of_two` gives the other one where one is NaN.
    fn fold(
        &self,
        wanted: &dyn Fn(&Judgement) -> bool,
        of_two: fn(f64, f64) -> f64,
        numbers: &mut [f64],
    ) {
        let of = |value: &LabelValue| match value {
            LabelValue::Number(n) => *n,
            _ => f64::NAN,
        };
        let raise = |codes: &Codes, given: &[f64], numbers: &mut [f64]| {
            for (row, number) in numbers.iter_mut().enumerate() {
                let given = given.get(codes.get(row));
                *number = given.map_or(*number, |given| of_two(*number, *given));
            }
        };
        match self {
            Self::Whole { codes, lists } => {
                let best = |list: &List| {
                    let own = list.iter().filter(|j| wanted(j)).map(|j| of(&j.value));
                    own.fold(f64::NAN, of_two)
                };
                raise(codes, &lists.iter().map(best).collect::<Vec<f64>>(), numbers);
            }
            Self::Columns { columns, .. } => {
                for column in columns.iter().filter(|c| wanted(&c.key)) {
                    match &column.verdicts {
                        Verdicts::Coded { codes, values } => {
                            let given = values.iter().map(|(value, _)| of(value));
                            let given: Vec<f64> = std::iter::once(f64::NAN).chain(given).collect();
                            raise(codes, &given, numbers);
                        }
                        Verdicts::Numbers { values, states } => {
                            let own = numbers.iter_mut().zip(values).zip(states);
                            for ((number, value), _) in own.filter(|(_, state)| **state > 0) {
                                *number = of_two(*number, *value);
                            }
                        }
                    }
                }
            }
        }
    }

    /// Whether any wanted judgement is a number.
    pub fn has_numbers(&self, wanted: &dyn Fn(&Judgement) -> bool) -> bool {
        let is_number = |value: &LabelValue| matches!(value, LabelValue::Number(_));
        match self {
            Self::Whole { lists, .. } => {
                lists.iter().flat_map(|l| l.iter()).any(|j| is_number(&j.value) && wanted(j))
            }
            Self::Columns { columns, .. } => columns.iter().any(|c| {
                let any = match &c.verdicts {
                    Verdicts::Coded { values, .. } => values.iter().any(|(v, _)| is_number(v)),
                    Verdicts::Numbers { .. } => true,
                };
                any && wanted(&c.key)
            }),
        }
    }

    /// For each row the number of the first wanted judgement that is one, else NaN. `None` when no row has any.
    pub fn numbers(&self, wanted: &dyn Fn(&Judgement) -> bool, rows: usize) -> Option<Vec<f64>> {
        if !self.has_numbers(wanted) {
            return None;
        }
        let number = |value: &LabelValue| match value {
            LabelValue::Number(n) => Some(*n),
            _ => None,
        };
        let mut numbers = vec![f64::NAN; rows];
        // What stands there stays: the first rater has been asked before.
        let mut put = |at: usize, number: f64| {
            if let Some(slot) = numbers.get_mut(at).filter(|slot| slot.is_nan()) {
                *slot = number;
            }
        };
        match self {
            Self::Whole { codes, lists } => {
                let first =
                    |list: &List| list.iter().filter(|j| wanted(j)).find_map(|j| number(&j.value));
                let given: Vec<f64> = lists.iter().map(|l| first(l).unwrap_or(f64::NAN)).collect();
                for at in 0..rows {
                    put(at, given.get(codes.get(at)).copied().unwrap_or(f64::NAN));
                }
            }
            Self::Columns { columns, .. } => {
                for column in columns.iter().filter(|c| wanted(&c.key)) {
                    match &column.verdicts {
                        Verdicts::Coded { codes, values } => {
                            let given = values.iter().map(|(v, _)| number(v).unwrap_or(f64::NAN));
                            let given: Vec<f64> = std::iter::once(f64::NAN).chain(given).collect();
                            for at in 0..rows {
                                put(at, given.get(codes.get(at)).copied().unwrap_or(f64::NAN));
                            }
                        }
                        Verdicts::Numbers { values, states } => {
                            let there = values.iter().zip(states).enumerate();
                            for (at, (value, _)) in there.filter(|(_, (_, state))| **state > 0) {
                                put(at, *value);
                            }
                        }
                    }
                }
            }
        }
        Some(numbers)
    }
}
