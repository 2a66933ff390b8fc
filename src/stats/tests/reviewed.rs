//! Reference values for figures of reviewing, worked out with other programs: statsmodels 0.15.0, scikit-learn 1.9.1, irrCAC 0.4.4, the package
//! krippendorff 0.9.0 and scipy 1.12.0. They are given to ten digits.

#![allow(clippy::type_complexity)] // tables of reference values
#![allow(clippy::single_range_in_vec_init)] // one span

use std::ops::Range;

/// Counts (true and false positives, false and true negatives); precision, recall, specificity, negative predictive value, F1, accuracy; balanced
/// accuracy; Cohen's kappa. Source: scikit-learn.
pub const CONFUSIONS: &[([usize; 4], [Option<f64>; 6], f64, f64)] = &[
    (
        [34, 1, 17, 54],
        [
            Some(0.971_428_571_4),
            Some(0.666_666_666_7),
            Some(0.981_818_181_8),
            Some(0.760_563_380_3),
            Some(0.790_697_674_4),
            Some(0.830_188_679_2),
        ],
        0.824_242_424_2,
        0.655_968_265_4,
    ),
    (
        [20, 8, 31, 47],
        [
            Some(0.714_285_714_3),
            Some(0.392_156_862_7),
            Some(0.854_545_454_5),
            Some(0.602_564_102_6),
            Some(0.506_329_113_9),
            Some(0.632_075_471_7),
        ],
        0.623_351_158_6,
        0.250_815_512_9,
    ),
    (
        [12, 6, 9, 73],
        [
            Some(0.666_666_666_7),
            Some(0.571_428_571_4),
            Some(0.924_050_632_9),
            Some(0.890_243_902_4),
            Some(0.615_384_615_4),
            Some(0.85),
        ],
        0.747_739_602_2,
        0.522_900_763_4,
    ),
    ([5, 0, 0, 10], [Some(1.0), Some(1.0), Some(1.0), Some(1.0), Some(1.0), Some(1.0)], 1.0, 1.0),
    ([0, 0, 4, 6], [None, Some(0.0), Some(1.0), Some(0.6), Some(0.0), Some(0.6)], 0.5, 0.0),
];

/// Two raters; kappa, its error and interval (`None`: the error is 0), observed agreement. Source: statsmodels, `cohens_kappa`.
pub const KAPPAS: &[([[usize; 2]; 2], f64, Option<(f64, f64, f64)>, f64)] = &[
    ([[20, 5], [10, 15]], 0.4, Some((0.126_996_062_9, 0.151_092_290_5, 0.648_907_709_5)), 0.7),
    (
        [[34, 17], [1, 54]],
        0.655_968_265_4,
        Some((0.070_329_662_9, 0.518_124_659_1, 0.793_811_871_7)),
        0.830_188_679_2,
    ),
    ([[45, 0], [5, 0]], 0.0, None, 0.9),
    (
        [[90, 4], [4, 2]],
        0.290_780_141_8,
        Some((0.182_629_685_6, -0.067_167_464_4, 0.648_727_748_1)),
        0.92,
    ),
];

/// Two raters and three ordered categories.
pub const ORDERED: [[usize; 3]; 3] = [[11, 3, 1], [2, 8, 4], [0, 3, 9]];

/// Of [`ORDERED`], kappa and its error: plain, linear, quadratic.
pub const ORDERED_KAPPAS: [(f64, f64); 3] = [
    (0.524_955_436_7, 0.108_562_703_3),
    (0.614_247_311_8, 0.095_758_027_9),
    (0.704_504_504_5, 0.090_499_103_3),
];

/// Of each item, how often each category was given; kappa. Source: statsmodels, `fleiss_kappa`.
pub const FLEISS: (&[[usize; 3]], f64) =
    (&[[0, 0, 3], [1, 2, 0], [3, 0, 0], [0, 3, 0], [2, 1, 0], [0, 1, 2]], 0.495_327_102_8);

/// Not rated.
const N: Option<usize> = None;

/// A row for each rater, a column for each item. The first is the example of Krippendorff 2011.
pub const RATED: [&[&[Option<usize>]]; 3] = [
    &[
        &[Some(1), Some(2), Some(3), Some(3), Some(2), Some(1), Some(4), Some(1), Some(2), N, N, N],
        &[
            Some(1),
            Some(2),
            Some(3),
            Some(3),
            Some(2),
            Some(2),
            Some(4),
            Some(1),
            Some(2),
            Some(5),
            N,
            Some(3),
        ],
        &[
            N,
            Some(3),
            Some(3),
            Some(3),
            Some(2),
            Some(3),
            Some(4),
            Some(2),
            Some(2),
            Some(5),
            Some(1),
            N,
        ],
        &[
            Some(1),
            Some(2),
            Some(3),
            Some(3),
            Some(2),
            Some(4),
            Some(4),
            Some(1),
            Some(2),
            Some(5),
            Some(1),
            N,
        ],
    ],
    &[
        &[Some(1), Some(0), Some(1), Some(1), Some(0), Some(0), Some(1), Some(0), Some(1), Some(0)],
        &[Some(1), Some(0), Some(1), Some(0), Some(0), Some(0), Some(1), Some(0), Some(1), Some(1)],
    ],
    &[
        &[Some(1), Some(1), Some(0), N, Some(0), Some(1), Some(0), Some(0)],
        &[Some(1), Some(0), Some(0), Some(1), Some(0), Some(1), N, Some(0)],
        &[N, Some(1), Some(0), Some(1), Some(0), Some(1), Some(0), Some(0)],
    ],
];

/// Of [`RATED`], alpha of plain categories; the first one's of ordered ones and of numbers, too. Source: the package krippendorff.
pub const ALPHAS: [f64; 3] = [0.743_421_052_6, 0.62, 0.814_814_814_8];
pub const ORDINAL_ALPHA: f64 = 0.815_387_503_8;
pub const INTERVAL_ALPHA: f64 = 0.849_107_142_9;

/// Two raters; AC1, its error and interval, to four digits. Source: irrCAC, `gwet`.
pub const AC1: &[([[usize; 2]; 2], [f64; 4])] = &[
    ([[20, 5], [10, 15]], [0.405_940_594_1, 0.131_473_09, 0.141_736, 0.670_146]),
    ([[45, 0], [5, 0]], [0.889_502_762_4, 0.052_065_39, 0.784_873, 0.994_132]),
    ([[90, 4], [4, 2]], [0.909_828_674_5, 0.033_160_75, 0.844_031, 0.975_627]),
    ([[34, 17], [1, 54]], [0.672_052_251_6, 0.072_501_83, 0.528_295, 0.815_81]),
];

/// Name, frame, reviewed, those to which the reviewer says yes. The classifier says yes to all of a flagged one, no to the others.
pub const STRATA: [(&str, usize, usize, usize); 4] = [
    ("free/flagged", 180, 30, 24),
    ("free/unflagged", 820, 30, 3),
    ("paid/flagged", 20, 20, 9),
    ("paid/unflagged", 980, 30, 0),
];

/// Of [`STRATA`], the figure and its linearised error: prevalence, precision, recall, specificity; prevalence of the free ones.
pub const WEIGHTED: [(f64, f64); 4] = [
    (0.117_5, 0.023_234_561_1),
    (0.765, 0.061_025_715_3),
    (0.651_063_829_8, 0.125_536_961_7),
    (0.973_371_104_8, 0.006_764_862),
];
pub const WEIGHTED_FREE: (f64, f64) = (0.226, 0.046_469_122_1);
/// The same cases, unweighted: prevalence and recall.
pub const UNWEIGHTED: (f64, f64) = (0.327_272_727_3, 0.916_666_666_7);

/// Share and half width; by the normal interval, not rounded and rounded, by Wilson's, from a frame of 1,000. Source: statsmodels,
/// `samplesize_confint_proportion`; the others by their formulas.
pub const SIZES: &[([f64; 2], f64, [usize; 3])] = &[
    ([0.5, 0.05], 384.145_882, [385, 381, 278]),
    ([0.5, 0.1], 96.036_471, [97, 93, 88]),
    ([0.12, 0.05], 162.263_221, [163, 164, 140]),
    ([0.9, 0.05], 138.292_518, [139, 141, 122]),
    ([0.78, 0.03], 732.438_148, [733, 731, 424]),
    ([0.01, 0.02], 95.076_106, [96, 150, 87]),
];

/// k of n and the interval that holds at every n. Source: scipy, `brentq`.
pub const SEQUENCES: &[(usize, usize, (f64, f64))] = &[
    (15, 20, (0.421_741_65, 0.949_294_02)),
    (18, 20, (0.589_738_94, 0.996_341_31)),
    (45, 50, (0.712_339_53, 0.984_341_45)),
    (90, 100, (0.771_729_08, 0.971_158)),
    (0, 30, (0.0, 0.192_913_14)),
    (30, 30, (0.807_086_86, 1.0)),
];

/// The lower rate, the higher one, alpha, beta; upper and lower bound, what a yes and a no add; answers until it stops when all are yes, and all no.
pub const SPRT: ([f64; 4], [f64; 4], [usize; 2]) = (
    [0.7, 0.9, 0.05, 0.1],
    [2.890_371_757_9, -2.251_291_798_6, 0.251_314_428_3, -1.098_612_288_7],
    [12, 3],
);

/// What two marked; precision, recall, F1; places of each that are one of the other's, of the first that the second touches.
pub const SPANS: &[(&[Range<usize>], &[Range<usize>], [Option<f64>; 3], [usize; 3])] = &[
    (&[0..10, 20..30], &[0..10, 25..35], [Some(0.75), Some(0.75), Some(0.75)], [1, 1, 2]),
    (&[0..100], &[10..30, 50..60], [Some(1.0), Some(0.3), Some(0.461_538_461_5)], [0, 0, 1]),
    (&[], &[5..9], [Some(0.0), None, Some(0.0)], [0, 0, 0]),
    (&[5..9], &[], [None, Some(0.0), Some(0.0)], [0, 0, 0]),
    (&[0..10], &[0..15], [Some(0.666_666_666_7), Some(1.0), Some(0.8)], [1, 1, 1]),
];
